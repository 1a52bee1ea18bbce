// OpenCensus for Go, a line of standard input at a time:
//
//	read HEX                          -> TRACE_ID SPAN_ID FLAGS, or none
//	write TRACE_ID SPAN_ID FLAGS      -> HEX
package main

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"

	"go.opencensus.io/trace"
	"go.opencensus.io/trace/propagation"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if words[0] == "write" {
			fmt.Printf("%x\n", propagation.Binary(context(words[1:])))
		} else if sc, ok := propagation.FromBinary(bytes(words[1])); ok {
			fmt.Printf("%x %x %d\n", sc.TraceID[:], sc.SpanID[:], sc.TraceOptions)
		} else {
			fmt.Println("none")
		}
	}
}

func context(words []string) (sc trace.SpanContext) {
	copy(sc.TraceID[:], bytes(words[0]))
	copy(sc.SpanID[:], bytes(words[1]))
	flags, err := strconv.ParseUint(words[2], 10, 8)
	if err != nil {
		log.Fatal(err)
	}
	sc.TraceOptions = trace.TraceOptions(flags)
	return sc
}

func bytes(text string) []byte {
	decoded, err := hex.DecodeString(text)
	if err != nil {
		log.Fatal(err)
	}
	return decoded
}
