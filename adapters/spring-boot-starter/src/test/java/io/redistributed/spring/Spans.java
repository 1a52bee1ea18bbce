package io.redistributed.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** The spans that a program printed. */
final class Spans {

    record Span(String kind, String name, String trace, String id, String parent, String error, String tags) {}

    private final List<Span> spans;

    Spans(List<String> lines) {
        spans = lines.stream()
                .filter(line -> line.startsWith("SPAN|"))
                .map(line -> line.split("\\|", 8))
                .map(parts -> new Span(parts[1], parts[2], parts[3], parts[4], parts[5], parts[6], parts[7]))
                .toList();
        assertThat(spans).isNotEmpty();
    }

    List<Span> named(String kind, String name) {
        return spans.stream()
                .filter(span -> span.kind().equals(kind) && span.name().equals(name))
                .toList();
    }

    List<Span> ofChannel(String channel) {
        return spans.stream()
                .filter(span ->
                        span.name().equals("publish " + channel) || span.name().equals("process " + channel))
                .toList();
    }

    /** The one span of that name below another. */
    Span child(Span parent, String kind, String name) {
        List<Span> found = children(parent, kind, name);
        assertThat(found).as("%s %s below %s", kind, name, parent).hasSize(1);
        return found.get(0);
    }

    List<Span> children(Span parent, String kind, String name) {
        return named(kind, name).stream()
                .filter(span ->
                        span.trace().equals(parent.trace()) && span.parent().equals(parent.id()))
                .toList();
    }

    Span only(String kind, String name) {
        List<Span> found = named(kind, name);
        assertThat(found).as("%s %s", kind, name).hasSize(1);
        return found.get(0);
    }
}
