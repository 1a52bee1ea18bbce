package redistributed

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

const jar = "../../target/redistributed.jar"

var (
	sender = Context{
		TraceID: trace.TraceID(unhex("4bf92f3577b34da6a3ce929d000e4736")),
		SpanID:  trace.SpanID(unhex("34f067aa0ba902b7")),
		Sampled: true,
	}
	traced = Encode(FormatEnvelope, sender, []byte("hello"))
)

func telemetry(policies ...ChannelPolicy) (*Telemetry, *tracetest.SpanRecorder) {
	recorder := tracetest.NewSpanRecorder()
	provider := sdk.NewTracerProvider(sdk.WithSpanProcessor(recorder))
	return New(WithTracerProvider(provider), WithPolicies(policies...)), recorder
}

// startRedis returns a client of a server of its own.
func startRedis(t *testing.T) (client *redis.Client, port string) {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ = net.SplitHostPort(free.Addr().String())
	free.Close()
	server := exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
	server.Dir = t.TempDir()
	lines := start(t, server)
	for line := lines(); !strings.Contains(line, "Ready to accept connections"); line = lines() {
		if line == "" {
			t.Fatal("redis-server did not start")
		}
	}
	client = redis.NewClient(&redis.Options{Addr: "127.0.0.1:" + port})
	t.Cleanup(func() { client.Close() })
	return client, port
}

// peer starts the Java library as a program and returns a function for its next line.
func peer(t *testing.T, args ...string) func() string {
	t.Helper()
	args = append([]string{"-XX:TieredStopAtLevel=1", "-cp", jar, "../peer/Peer.java"}, args...)
	return start(t, exec.Command("java", args...))
}

func start(t *testing.T, command *exec.Cmd) (nextLine func() string) {
	t.Helper()
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	command.Stderr = os.Stderr
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		command.Process.Kill()
		command.Wait()
	})
	reader := bufio.NewReader(out)
	return func() string {
		line, _ := reader.ReadString('\n')
		return line
	}
}

func TestWithJava(t *testing.T) {
	if _, err := os.Stat(jar); err != nil {
		t.Skipf("%s is missing: mvn -DskipTests package", jar)
	}
	client, port := startRedis(t)
	for name, format := range map[string]Format{"BINARY": FormatBinary, "ENVELOPE": FormatEnvelope} {
		t.Run("continues our trace, "+name, func(t *testing.T) { javaContinues(t, client, port, format) })
		t.Run("is continued, "+name, func(t *testing.T) { continuesJava(t, client, port, name) })
	}
}

func javaContinues(t *testing.T, client *redis.Client, port string, format Format) {
	telemetry, recorder := telemetry(ChannelPolicy{Channels: "*", Write: format})
	lines := peer(t, "listen", port, "to-java", "1")
	if line := lines(); line != "ready\n" {
		t.Fatal(line)
	}
	member, _ := baggage.NewMemberRaw("user", "Amélie")
	bag, _ := baggage.New(member)

	receivers, err := telemetry.Publish(baggage.ContextWithBaggage(t.Context(), bag), client, "to-java", []byte("hello"))

	if err != nil || receivers != 1 {
		t.Fatal(receivers, err)
	}
	user := "null"
	if format == FormatEnvelope {
		user = "Amélie"
	}
	span := recorder.Ended()[0]
	want := fmt.Sprintf("%s %s %s %x\n", span.SpanContext().TraceID(), span.SpanContext().SpanID(), user, "hello")
	if line := lines(); line != want {
		t.Errorf("got %s, want %s", line, want)
	}
	if span.Name() != "publish to-java" || span.SpanKind() != trace.SpanKindProducer {
		t.Error(span.Name(), span.SpanKind())
	}
}

func continuesJava(t *testing.T, client *redis.Client, port, format string) {
	telemetry, recorder := telemetry()
	pubsub := client.Subscribe(t.Context(), "from-java")
	defer pubsub.Close()
	if _, err := pubsub.Receive(t.Context()); err != nil {
		t.Fatal(err)
	}
	ids := strings.TrimSpace(peer(t, "publish", port, "from-java", format, "héllo")())
	received, err := pubsub.ReceiveMessage(t.Context())
	if err != nil {
		t.Fatal(err)
	}

	err = telemetry.Process(t.Context(), received, func(ctx context.Context, message Message) error {
		user := baggage.FromContext(ctx).Member("user").Value()
		if string(message.Body) != "héllo" || (user == "Amélie") != (format == "ENVELOPE") {
			t.Errorf("body %q, user %q", message.Body, user)
		}
		return nil
	})

	if err != nil {
		t.Fatal(err)
	}
	span := recorder.Ended()[0]
	if got := span.SpanContext().TraceID().String() + " " + span.Parent().SpanID().String(); got != ids {
		t.Errorf("got %s, want %s", got, ids)
	}
}

func TestRelations(t *testing.T) {
	for relation, want := range map[Relation]struct {
		spans, links int
		parent       bool
		current      trace.SpanID
	}{
		Parent:    {spans: 1, parent: true},
		Link:      {spans: 1, links: 1},
		Both:      {spans: 1, links: 1, parent: true},
		Propagate: {current: sender.SpanID},
		Off:       {},
	} {
		t.Run(fmt.Sprint(relation), func(t *testing.T) {
			telemetry, recorder := telemetry(ChannelPolicy{Channels: "o?ders.*", Relation: relation})
			var current trace.SpanID
			err := telemetry.ProcessBytes(t.Context(), "orders.eu", traced, func(ctx context.Context, _ Message) error {
				current = trace.SpanContextFromContext(ctx).SpanID()
				return nil
			})
			spans := recorder.Ended()
			if err != nil || len(spans) != want.spans {
				t.Fatal(err, spans)
			}
			if want.spans == 0 {
				if current != want.current {
					t.Error(current)
				}
				return
			}
			if spans[0].Parent().IsValid() != want.parent || len(spans[0].Links()) != want.links {
				t.Error(spans[0].Parent(), spans[0].Links())
			}
		})
	}
}

func TestAFailingHandlerFailsTheSpan(t *testing.T) {
	telemetry, recorder := telemetry()
	failure := errors.New("no such order")

	err := telemetry.ProcessBytes(t.Context(), "orders", traced, func(context.Context, Message) error { return failure })

	span := recorder.Ended()[0]
	if !errors.Is(err, failure) || span.Status() != (sdk.Status{Code: codes.Error, Description: "no such order"}) {
		t.Error(err, span.Status())
	}
	for _, onSpan := range span.Attributes() {
		if onSpan == attribute.String("error.type", "*errors.errorString") {
			return
		}
	}
	t.Error(span.Attributes())
}

func TestPipelineHasNoOutcome(t *testing.T) {
	client, _ := startRedis(t)
	telemetry, recorder := telemetry(ChannelPolicy{Channels: "*", Write: FormatBinary})
	pipeline := client.Pipeline()

	receivers, err := telemetry.Publish(t.Context(), pipeline, "orders", []byte("hello"))

	span := recorder.Ended()[0]
	if err != nil || receivers != -1 || span.Status().Code != codes.Unset || hasReceivers(span) {
		t.Error(receivers, err, span.Status(), span.Attributes())
	}
	if commands, err := pipeline.Exec(t.Context()); err != nil || len(commands) != 1 {
		t.Error(commands, err)
	}
	receivers, err = telemetry.Publish(t.Context(), client, "orders", []byte("hello"))
	if err != nil || receivers != 0 || !hasReceivers(recorder.Ended()[1]) {
		t.Error(receivers, err)
	}
}

func hasReceivers(span sdk.ReadOnlySpan) bool {
	for _, onSpan := range span.Attributes() {
		if onSpan.Key == "redistributed.receivers" {
			return true
		}
	}
	return false
}

func TestWritesOneHeaderAtMost(t *testing.T) {
	for _, test := range []struct {
		format Format
		body   []byte
	}{{FormatEnvelope, traced}, {FormatNone, []byte("hello")}} {
		telemetry, _ := telemetry(ChannelPolicy{Channels: "*", Write: test.format})
		_, err := telemetry.PublishBy(t.Context(), "orders", test.body, func(_ context.Context, message []byte) (int64, error) {
			if !bytes.Equal(message, test.body) {
				t.Errorf("got %x", message)
			}
			return 0, nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func TestPolicyWithoutChannelsIsForAll(t *testing.T) {
	telemetry, _ := telemetry(ChannelPolicy{Write: FormatBinary})

	_, err := telemetry.PublishBy(t.Context(), "orders", []byte("hello"), func(_ context.Context, message []byte) (int64, error) {
		if !Decode(message).IsTraced() {
			t.Errorf("got %x", message)
		}
		return 0, nil
	})

	if err != nil {
		t.Error(err)
	}
}

func TestTraceStateThatReadersWouldDropIsNotWritten(t *testing.T) {
	for _, members := range [][]StateMember{
		{{"UPPER", "1"}}, {{"a", "b,c=d"}}, {{"a", "Š"}}, {{"a", ""}}, {{"a", "1"}, {"a", "2"}},
	} {
		context := sender
		context.TraceState = members
		if message := Encode(FormatEnvelope, context, []byte("hello")); !bytes.Equal(message, traced) {
			t.Errorf("%q: got %x", members, message)
		}
	}
}
