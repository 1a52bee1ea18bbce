package redistributed

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"reflect"
	"testing"

	"github.com/google/uuid"
	"go.opentelemetry.io/otel/trace"
)

type vector struct {
	Name, Format, Payload, Message, Kind, Body string
	Context                                    *struct {
		TraceID, SpanID   string
		Sampled           bool
		TraceState        [][2]string
		Baggage           []struct{ Key, Value, Metadata string }
		PublishedAtMicros int64
		MessageID         string
	}
}

func vectors(t *testing.T, section string) []vector {
	t.Helper()
	text, err := os.ReadFile("../../src/test/resources/wire-vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var sections struct{ Write, Read []vector }
	if err := json.Unmarshal(text, &sections); err != nil {
		t.Fatal(err)
	}
	if section == "write" {
		return sections.Write
	}
	return sections.Read
}

func (v vector) context() (context Context) {
	if v.Context == nil {
		return context
	}
	context.TraceID = trace.TraceID(unhex(v.Context.TraceID))
	context.SpanID = trace.SpanID(unhex(v.Context.SpanID))
	context.Sampled = v.Context.Sampled
	context.PublishedAtMicros = v.Context.PublishedAtMicros
	for _, member := range v.Context.TraceState {
		context.TraceState = append(context.TraceState, StateMember{member[0], member[1]})
	}
	context.Baggage = map[string]BaggageEntry{}
	for _, entry := range v.Context.Baggage {
		context.Baggage[entry.Key] = BaggageEntry{entry.Value, entry.Metadata}
	}
	if v.Context.MessageID != "" {
		id := uuid.MustParse(v.Context.MessageID)
		context.MessageID = &id
	}
	return context
}

func TestWritesTheVectors(t *testing.T) {
	formats := map[string]Format{"NONE": FormatNone, "BINARY": FormatBinary, "ENVELOPE": FormatEnvelope}
	for _, v := range vectors(t, "write") {
		t.Run(v.Name, func(t *testing.T) {
			message := hex.EncodeToString(Encode(formats[v.Format], v.context(), unhex(v.Payload)))
			if message != v.Message {
				t.Errorf("got  %s\nwant %s", message, v.Message)
			}
		})
	}
}

func TestReadsTheVectors(t *testing.T) {
	for _, v := range vectors(t, "read") {
		t.Run(v.Name, func(t *testing.T) {
			message := Decode(unhex(v.Message))
			if len(message.Context.Baggage) == 0 && v.Context != nil {
				message.Context.Baggage = map[string]BaggageEntry{}
			}
			if message.Kind.String() != v.Kind || hex.EncodeToString(message.Body) != v.Body {
				t.Errorf("got %s with body %x", message.Kind, message.Body)
			}
			if want := v.context(); !reflect.DeepEqual(message.Context, want) {
				t.Errorf("got  %+v\nwant %+v", message.Context, want)
			}
		})
	}
}

func unhex(text string) []byte {
	bytes, err := hex.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return bytes
}
