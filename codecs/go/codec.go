package redistributed

import (
	"bytes"
	"encoding/binary"

	"github.com/google/uuid"
	"go.opentelemetry.io/otel/trace"
)

// Format is the header that is written.
type Format int

// Formats; see docs/wire-format.md.
const (
	FormatNone Format = iota
	FormatBinary
	FormatEnvelope
)

// Kind is what a message turned out to be.
type Kind int

// Kinds of messages. Only Binary and Envelope have a context.
const (
	Untraced Kind = iota
	Malformed
	Binary
	Envelope
)

// String returns the name as docs/wire-format.md has it.
func (k Kind) String() string {
	return [...]string{"UNTRACED", "MALFORMED", "BINARY", "ENVELOPE"}[k]
}

// Context is what travels in front of a message. The binary format carries ids and the sampled bit only.
type Context struct {
	TraceID    trace.TraceID
	SpanID     trace.SpanID
	Sampled    bool
	TraceState []StateMember
	// Baggage by key; keys are case-sensitive.
	Baggage map[string]BaggageEntry
	// PublishedAtMicros is µs since the Unix epoch, 0 if unknown.
	PublishedAtMicros int64
	// MessageID is nil if the message has none.
	MessageID *uuid.UUID
}

// StateMember is a member of a tracestate.
type StateMember struct{ Key, Value string }

// BaggageEntry is a value of a baggage and its properties as text; empty if there are none.
type BaggageEntry struct{ Value, Metadata string }

// Message is a message as it was read.
type Message struct {
	Kind    Kind
	Context Context
	// Body is a part of the bytes that were read, not a copy; all of them if the message is not traced.
	Body []byte
}

// IsTraced tells whether a header is in front of the body.
func (m Message) IsTraced() bool { return m.Kind == Binary || m.Kind == Envelope }

const (
	binaryLength    = 29
	maxFieldsLength = 16384
	sampledFlag     = 1
)

var magic = []byte{0xf7, 'R', 'D', 1}

const (
	fieldTraceID = iota
	fieldSpanID
	fieldFlags
	fieldPublishedAt
	fieldTraceState
	fieldBaggage
	fieldMessageID
	knownFields
)

// fixedLengths of known fields; 0 for any.
var fixedLengths = [knownFields]int{fieldTraceID: 16, fieldSpanID: 8, fieldFlags: 1, fieldPublishedAt: 8, fieldMessageID: 16}

// Decode reads the header in front of a message, of either format. No bytes make it fail.
func Decode(message []byte) Message {
	if context, ok := readBinary(message); ok {
		return Message{Kind: Binary, Context: context, Body: message[binaryLength:]}
	}
	if !bytes.HasPrefix(message, magic) {
		return Message{Kind: Untraced, Body: message}
	}
	context, end, ok := readEnvelope(message)
	if !ok {
		return Message{Kind: Malformed, Body: message}
	}
	return Message{Kind: Envelope, Context: context, Body: message[end:]}
}

// Encode returns the header and a copy of the payload behind it; the payload alone if an id is all zeros.
func Encode(format Format, context Context, payload []byte) []byte {
	return append(Header(format, context), payload...)
}

// Header returns the bytes to put in front of the payload: none, 29, or at most 8,775. Members of baggage, and a tracestate, that
// readers would drop are left out.
func Header(format Format, context Context) []byte {
	if format == FormatNone || !context.TraceID.IsValid() || !context.SpanID.IsValid() {
		return nil
	}
	var flags byte
	if context.Sampled {
		flags = sampledFlag
	}
	if format == FormatBinary {
		header := append(make([]byte, 0, binaryLength), 0, 0)
		header = append(header, context.TraceID[:]...)
		header = append(header, 1)
		header = append(header, context.SpanID[:]...)
		return append(header, 2, flags)
	}
	fields := appendField(nil, fieldTraceID, context.TraceID[:])
	fields = appendField(fields, fieldSpanID, context.SpanID[:])
	fields = appendField(fields, fieldFlags, []byte{flags})
	if context.PublishedAtMicros > 0 {
		fields = appendField(fields, fieldPublishedAt, binary.BigEndian.AppendUint64(nil, uint64(context.PublishedAtMicros)))
	}
	if text := writeTraceState(context.TraceState); text != "" {
		fields = appendField(fields, fieldTraceState, []byte(text))
	}
	if text := writeBaggage(context.Baggage); text != "" {
		fields = appendField(fields, fieldBaggage, []byte(text))
	}
	if context.MessageID != nil {
		fields = appendField(fields, fieldMessageID, context.MessageID[:])
	}
	header := binary.AppendUvarint(bytes.Clone(magic), uint64(len(fields)))
	return append(header, fields...)
}

func appendField(fields []byte, id byte, value []byte) []byte {
	return append(binary.AppendUvarint(append(fields, id), uint64(len(value))), value...)
}

func readBinary(message []byte) (context Context, ok bool) {
	if len(message) < binaryLength || message[0] != 0 || message[1] != 0 || message[18] != 1 || message[27] != 2 {
		return context, false
	}
	context.TraceID = trace.TraceID(message[2:18])
	context.SpanID = trace.SpanID(message[19:27])
	context.Sampled = message[28]&sampledFlag != 0
	return context, context.TraceID.IsValid() && context.SpanID.IsValid()
}

// readEnvelope returns where the body begins; not ok if the envelope is malformed.
func readEnvelope(message []byte) (context Context, end int, ok bool) {
	length, at, ok := readVarint(message, len(magic))
	end = at + length
	if !ok || length > maxFieldsLength || end > len(message) {
		return context, 0, false
	}
	values, ok := readFields(message[:end], at)
	if !ok || values[fieldTraceID] == nil || values[fieldSpanID] == nil {
		return context, 0, false
	}
	context.TraceID = trace.TraceID(values[fieldTraceID])
	context.SpanID = trace.SpanID(values[fieldSpanID])
	if !context.TraceID.IsValid() || !context.SpanID.IsValid() {
		return Context{}, 0, false
	}
	if flags := values[fieldFlags]; flags != nil {
		context.Sampled = flags[0]&sampledFlag != 0
	}
	if at := values[fieldPublishedAt]; at != nil {
		context.PublishedAtMicros = max(0, int64(binary.BigEndian.Uint64(at)))
	}
	context.TraceState = parseTraceState(string(values[fieldTraceState]))
	context.Baggage = parseBaggage(string(values[fieldBaggage]))
	if id := values[fieldMessageID]; id != nil {
		messageID := uuid.UUID(id)
		context.MessageID = &messageID
	}
	return context, end, true
}

// readFields returns values of known fields, nil if absent; not ok if the fields do not end with message, or a known one is
// repeated or of a wrong length.
func readFields(message []byte, at int) (values [knownFields][]byte, ok bool) {
	for at < len(message) {
		id := message[at]
		size, start, ok := readVarint(message, at+1)
		at = start + size
		if !ok || at > len(message) {
			return values, false
		}
		if id >= knownFields {
			continue
		}
		if values[id] != nil || (fixedLengths[id] != 0 && fixedLengths[id] != size) {
			return values, false
		}
		// An empty value is not nil: the slice has an array.
		values[id] = message[start:at]
	}
	return values, true
}

// readVarint returns the number and the offset behind it.
func readVarint(message []byte, at int) (value, next int, ok bool) {
	for i := 0; i < 3 && at < len(message); i++ {
		b := message[at]
		at++
		value |= int(b&0x7f) << (7 * i)
		if b < 0x80 {
			return value, at, true
		}
	}
	return 0, at, false
}
