// Canon prints what the codec reads in messages, in the form that codecs/fuzz.sh compares; a message a line, in hex.
package main

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"redistributed.example/redistributed/codecs/go"
)

func main() {
	input, err := io.ReadAll(os.Stdin)
	if err != nil {
		panic(err)
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for line := range strings.Lines(string(input)) {
		message, err := hex.DecodeString(strings.TrimSuffix(line, "\n"))
		if err != nil {
			panic(err)
		}
		fmt.Fprintln(out, canon(redistributed.Decode(message)))
	}
}

func canon(message redistributed.Message) string {
	context := message.Context
	sampled, id := "0", ""
	if context.Sampled {
		sampled = "1"
	}
	if context.MessageID != nil {
		id = context.MessageID.String()
	}
	var state, baggage []string
	for _, member := range context.TraceState {
		state = append(state, member.Key+"="+member.Value)
	}
	var keys []string
	for key := range context.Baggage {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		entry := context.Baggage[key]
		baggage = append(baggage, fmt.Sprintf("%s=%x;%s", key, entry.Value, entry.Metadata))
	}
	return strings.Join([]string{
		message.Kind.String(), context.TraceID.String(), context.SpanID.String(), sampled,
		fmt.Sprint(context.PublishedAtMicros), id, strings.Join(state, ","), strings.Join(baggage, ","),
		hex.EncodeToString(message.Body), hex.EncodeToString(redistributed.Header(redistributed.FormatEnvelope, context)),
	}, "|")
}
