package redistributed

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

func TestReadmeCompiles(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllSubmatch(readme, -1)
	if len(blocks) == 0 {
		t.Fatal("README.md has no Go")
	}
	for _, block := range blocks {
		program := `package main

import (
	"context"
	"fmt"
	"log"

	"github.com/redis/go-redis/v9"
	"redistributed.example/redistributed/codecs/go"
)

func main() {
	ctx := context.Background()
` + string(block[1]) + "}\n"
		file := filepath.Join(t.TempDir(), "main.go")
		if err := os.WriteFile(file, []byte(program), 0o600); err != nil {
			t.Fatal(err)
		}
		if output, err := exec.Command("go", "vet", file).CombinedOutput(); err != nil {
			t.Errorf("%v: %s\n%s", err, output, program)
		}
	}
}
