// A job queue of Go: asynq behind net/http, as its users put them together.
//
//	asynq api|worker REDIS_PORT HTTP_PORT
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"

	"github.com/hibiken/asynq"
)

type request struct {
	Type       string          `json:"type"`
	Parameters json.RawMessage `json:"parameters"`
}

func main() {
	role, redisPort, httpPort := os.Args[1], os.Args[2], os.Args[3]
	redis := asynq.RedisClientOpt{Addr: "127.0.0.1:" + redisPort}
	if role == "api" {
		serve(asynq.NewClient(redis), httpPort)
		return
	}
	server := asynq.NewServer(redis, asynq.Config{Concurrency: 64, LogLevel: asynq.WarnLevel})
	done := asynq.HandlerFunc(func(context.Context, *asynq.Task) error { return nil })
	if err := server.Start(done); err != nil {
		log.Fatal(err)
	}
	fmt.Println("ready")
	select {}
}

func serve(client *asynq.Client, port string) {
	http.HandleFunc("POST /reports", func(w http.ResponseWriter, r *http.Request) {
		var asked request
		body := http.MaxBytesReader(w, r.Body, 32<<20)
		if err := json.NewDecoder(body).Decode(&asked); err != nil || asked.Type == "" {
			http.Error(w, "a report request is a JSON object with a type", http.StatusBadRequest)
			return
		}
		task, err := client.EnqueueContext(r.Context(), asynq.NewTask(asked.Type, asked.Parameters))
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusAccepted)
		json.NewEncoder(w).Encode(map[string]string{"id": task.ID})
	})
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("ready")
	log.Fatal(http.Serve(listener, nil))
}
