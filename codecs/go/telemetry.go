// Package redistributed traces Redis Pub/Sub messages: it writes the trace context in front of a message and continues the
// trace on the other side. Formats and rules are in docs/wire-format.md of the project.
package redistributed

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// Version of this module, on the instrumentation scope.
const Version = "0.1.0"

// Relation is how the consumer's span relates to the sender's.
type Relation int

const (
	// Parent makes a child of the sender's span.
	Parent Relation = iota
	// Link makes the root of a new trace, with a link to the sender's span: the trust boundary.
	Link
	// Both makes a child of the sender's span that is also linked to it.
	Both
	// Propagate makes no span; the sender's context is the handler's.
	Propagate
	// Off takes the header off, nothing else.
	Off
)

// Takeover tells whether consumers take over the sender's baggage and tracestate.
type Takeover int

const (
	// TakeoverByRelation takes them over unless the relation is Link.
	TakeoverByRelation Takeover = iota
	// TakeoverAlways takes them over.
	TakeoverAlways
	// TakeoverNever drops them.
	TakeoverNever
)

// ChannelPolicy is how messages of some channels are traced. Both formats are read, whatever is written.
type ChannelPolicy struct {
	// Channels is a glob over destination names: * is any characters, ? is one. Empty is *, all channels.
	Channels string
	Write    Format
	Relation Relation
	Baggage  Takeover
}

func (p ChannelPolicy) takesOver() bool {
	return p.Baggage == TakeoverAlways || p.Baggage == TakeoverByRelation && p.Relation != Link
}

type rule struct {
	pattern *regexp.Regexp
	policy  ChannelPolicy
}

// Telemetry traces messages. It is safe for concurrent use.
type Telemetry struct {
	tracer      trace.Tracer
	rules       []rule
	destination func(channel string) string
}

// Option configures a Telemetry.
type Option func(*Telemetry)

// WithPolicies sets policies, of which the first that matches a destination counts. Without one, both formats are read and
// none is written.
func WithPolicies(policies ...ChannelPolicy) Option {
	return func(t *Telemetry) {
		for _, policy := range policies {
			channels := cmp.Or(policy.Channels, "*")
			glob := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(channels))
			t.rules = append(t.rules, rule{regexp.MustCompile("(?s)^" + glob + "$"), policy})
		}
	}
}

// WithDestination sets what stands for a channel in span names, attributes and policies. Give it if there are channels without
// bound, such as one for each session.
func WithDestination(destination func(channel string) string) Option {
	return func(t *Telemetry) { t.destination = destination }
}

// WithTracerProvider replaces the global provider.
func WithTracerProvider(provider trace.TracerProvider) Option {
	return func(t *Telemetry) { t.tracer = tracerOf(provider) }
}

// New returns a Telemetry with the global tracer provider, unless an option gives another one.
func New(options ...Option) *Telemetry {
	t := &Telemetry{tracer: tracerOf(otel.GetTracerProvider()), destination: func(channel string) string { return channel }}
	for _, option := range options {
		option(t)
	}
	return t
}

func tracerOf(provider trace.TracerProvider) trace.Tracer {
	return provider.Tracer("io.redistributed.pubsub", trace.WithInstrumentationVersion(Version))
}

// Publisher is what a go-redis client or cluster client publishes by.
type Publisher interface {
	Publish(ctx context.Context, channel string, message any) *redis.IntCmd
}

// Publish publishes in a PRODUCER span and returns the number of receivers. In a pipeline, the span ends when the message is
// queued, so it has no outcome, and the number is -1.
func (t *Telemetry) Publish(ctx context.Context, client Publisher, channel string, body []byte) (int64, error) {
	return t.PublishBy(ctx, channel, body, func(ctx context.Context, message []byte) (int64, error) {
		command := client.Publish(ctx, channel, message)
		if _, isPipeline := client.(redis.Pipeliner); isPipeline {
			return -1, command.Err()
		}
		return command.Result()
	})
}

// PublishBy is a PRODUCER span around a publish by any client: sender publishes the message it is given and returns the number
// of receivers, or -1 if it is unknown.
func (t *Telemetry) PublishBy(
	ctx context.Context, channel string, body []byte, sender func(ctx context.Context, message []byte) (int64, error),
) (int64, error) {
	destination := t.destination(channel)
	policy := t.policy(destination)
	if policy.Write == FormatNone && policy.Relation == Off {
		return sender(ctx, body)
	}
	ctx, span := t.tracer.Start(ctx, "publish "+destination,
		trace.WithSpanKind(trace.SpanKindProducer),
		trace.WithAttributes(attributes("publish", "send", destination, len(body))...))
	message := append(headerOf(ctx, policy.Write, span, body), body...)
	span.SetAttributes(attribute.Int("messaging.message.envelope.size", len(message)))
	var receivers int64
	err := endWith(span, func() (err error) {
		receivers, err = sender(ctx, message)
		if err == nil && receivers >= 0 {
			span.SetAttributes(attribute.Int64("redistributed.receivers", receivers))
		}
		return err
	})
	return receivers, err
}

// Process is a CONSUMER span around the handling of a message of go-redis.
func (t *Telemetry) Process(
	ctx context.Context, message *redis.Message, handler func(ctx context.Context, message Message) error,
) error {
	return t.ProcessBytes(ctx, message.Channel, []byte(message.Payload), handler)
}

// ProcessBytes is a CONSUMER span around the handling of a message of any client. The handler's context has the deadline and
// values of ctx, with span and baggage of the message in place of its own.
func (t *Telemetry) ProcessBytes(
	ctx context.Context, channel string, data []byte, handler func(ctx context.Context, message Message) error,
) error {
	message := Decode(data)
	destination := t.destination(channel)
	policy := t.policy(destination)
	sender := senderOf(message, policy)
	parent := parentOf(ctx, message, sender, policy)
	if policy.Relation == Propagate || policy.Relation == Off {
		return handler(parent, message)
	}
	onSpan := attributes("process", "process", destination, len(message.Body))
	onSpan = append(onSpan, attribute.Int("messaging.message.envelope.size", len(data)))
	if id := message.Context.MessageID; id != nil {
		onSpan = append(onSpan, attribute.String("messaging.message.id", id.String()))
	}
	if at := message.Context.PublishedAtMicros; at != 0 {
		delay := max(0, time.Now().UnixMicro()-at)
		onSpan = append(onSpan, attribute.Float64("redistributed.publish_to_process.delay", float64(delay)*1e-6))
	}
	ctx, span := t.tracer.Start(parent, "process "+destination,
		trace.WithSpanKind(trace.SpanKindConsumer), trace.WithAttributes(onSpan...))
	if policy.Relation != Parent && sender.IsValid() {
		// Not before: samplers look at links too.
		span.AddLink(trace.Link{SpanContext: sender})
	}
	return endWith(span, func() error { return handler(ctx, message) })
}

// endWith ends the span with the outcome of call, also if it panics.
func endWith(span trace.Span, call func() error) (err error) {
	failed := true
	defer func() {
		if failed {
			span.SetStatus(codes.Error, "panic")
			span.SetAttributes(attribute.String("error.type", "panic"))
		}
		span.End()
	}()
	err = call()
	failed = false
	if err != nil {
		span.RecordError(err)
		span.SetStatus(codes.Error, err.Error())
		span.SetAttributes(attribute.String("error.type", fmt.Sprintf("%T", err)))
	}
	return err
}

func (t *Telemetry) policy(destination string) ChannelPolicy {
	for _, rule := range t.rules {
		if rule.pattern.MatchString(destination) {
			return rule.policy
		}
	}
	return ChannelPolicy{}
}

func attributes(operation, kind, destination string, size int) []attribute.KeyValue {
	return []attribute.KeyValue{
		attribute.String("messaging.system", "redis"),
		attribute.String("messaging.operation.name", operation),
		attribute.String("messaging.operation.type", kind),
		attribute.String("messaging.destination.name", destination),
		attribute.Int("messaging.message.body.size", size),
	}
}

func headerOf(ctx context.Context, format Format, span trace.Span, body []byte) []byte {
	if format == FormatNone || Decode(body).IsTraced() {
		return nil
	}
	sender := span.SpanContext()
	message := Context{TraceID: sender.TraceID(), SpanID: sender.SpanID(), Sampled: sender.IsSampled()}
	if format == FormatEnvelope {
		id := uuid.New()
		span.SetAttributes(attribute.String("messaging.message.id", id.String()))
		message.MessageID = &id
		message.PublishedAtMicros = time.Now().UnixMicro()
		sender.TraceState().Walk(func(key, value string) bool {
			message.TraceState = append(message.TraceState, StateMember{key, value})
			return true
		})
		message.Baggage = entriesOf(baggage.FromContext(ctx))
	}
	return Header(format, message)
}

func entriesOf(from baggage.Baggage) map[string]BaggageEntry {
	entries := map[string]BaggageEntry{}
	for _, member := range from.Members() {
		var properties []string
		for _, property := range member.Properties() {
			properties = append(properties, property.String())
		}
		entries[member.Key()] = BaggageEntry{member.Value(), strings.Join(properties, ";")}
	}
	return entries
}

// senderOf returns an invalid context if the message is untraced.
func senderOf(message Message, policy ChannelPolicy) trace.SpanContext {
	config := trace.SpanContextConfig{
		TraceID: message.Context.TraceID,
		SpanID:  message.Context.SpanID,
		Remote:  true,
	}
	if message.Context.Sampled {
		config.TraceFlags = trace.FlagsSampled
	}
	if policy.takesOver() {
		// Empty if the SDK takes less than the format.
		config.TraceState, _ = trace.ParseTraceState(writeTraceState(message.Context.TraceState))
	}
	return trace.NewSpanContext(config)
}

func parentOf(ctx context.Context, message Message, sender trace.SpanContext, policy ChannelPolicy) context.Context {
	// What is in ctx is the subscriber's, not the message's.
	parent := baggage.ContextWithoutBaggage(trace.ContextWithSpanContext(ctx, trace.SpanContext{}))
	if policy.Relation == Off {
		return parent
	}
	if policy.Relation != Link && sender.IsValid() {
		parent = trace.ContextWithRemoteSpanContext(parent, sender)
	}
	if policy.takesOver() && len(message.Context.Baggage) > 0 {
		parent = baggage.ContextWithBaggage(parent, baggageOf(message.Context.Baggage))
	}
	return parent
}

// baggageOf leaves out properties that are not of the form key or key=value, which baggage.Property cannot hold.
func baggageOf(entries map[string]BaggageEntry) baggage.Baggage {
	var members []baggage.Member
	for key, entry := range entries {
		member, err := baggage.NewMemberRaw(key, entry.Value, propertiesOf(entry.Metadata)...)
		if err == nil {
			members = append(members, member)
		}
	}
	// No more members and bytes than the format has, which are baggage's own limits.
	result, _ := baggage.New(members...)
	return result
}

func propertiesOf(metadata string) []baggage.Property {
	var properties []baggage.Property
	for part := range strings.SplitSeq(metadata, ";") {
		key, value, found := strings.Cut(strings.Trim(part, blanks), "=")
		property, err := baggage.NewKeyProperty(key)
		if found {
			property, err = baggage.NewKeyValueProperty(key, value)
		}
		if err == nil {
			properties = append(properties, property)
		}
	}
	return properties
}
