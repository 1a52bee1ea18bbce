package io.redistributed.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.redistributed.settings.SchemaCheck.Violation;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SchemaCheckTest {

    private static final SchemaCheck CHECK = SchemaCheck.of(new JsonObject("""
            {"type": "object",
             "additionalProperties": false,
             "required": ["list"],
             "properties": {
               "list": {"type": "array", "items": {
                 "type": "object",
                 "additionalProperties": false,
                 "properties": {
                   "n": {"type": "integer", "maximum": 3, "description": "At most three"},
                   "a/b~c": {"type": "string"}}}}}}
            """));

    @Test
    void validValueHasNoViolations() {
        assertThat(check("{\"list\": [{\"n\": 3}, {}]}")).isEmpty();
    }

    @Test
    void violationHasPathAndDescription() {
        assertThat(check("{\"list\": [{}, {\"n\": 4}]}"))
                .containsExactly(new Violation("list[1].n", "must have a maximum value of 3 (At most three)"));
    }

    @Test
    void unknownKeyIsNamedWithAllowedKeys() {
        assertThat(check("{\"list\": [{\"m\": 1}], \"lists\": []}"))
                .extracting(Violation::toString)
                .containsExactly(
                        "list[0].m: unknown key; allowed are a/b~c, n", "lists: unknown key; allowed are list");
    }

    @Test
    void showsKeysUnchanged() {
        assertThat(check("{\"list\": [{\"a/b~c\": 1}]}"))
                .extracting(Violation::path)
                .containsExactly("list[0].a/b~c");
    }

    @Test
    void rootViolationHasNoPath() {
        assertThat(check("{}")).extracting(Violation::toString).containsExactly("required property 'list' not found");
    }

    @Test
    void supportsReferences() {
        SchemaCheck check = SchemaCheck.of(new JsonObject("""
                {"$defs": {"n/1": {"type": "object", "additionalProperties": false,
                                   "properties": {"k": {"type": "integer", "description": "A count"}}}},
                 "properties": {"a": {"$ref": "#/$defs/n~11"}, "b": {"$ref": "#/$defs/n~11"}}}
                """));
        assertThat(check.check(new JsonObject("{\"a\": {\"k\": 1}, \"b\": {\"k\": \"1\", \"l\": 1}}")))
                .extracting(Violation::toString)
                .containsExactly("b.k: string found, integer expected (A count)", "b.l: unknown key; allowed are k");
    }

    static Stream<Arguments> untrusted() {
        String chain = IntStream.range(0, 15)
                .mapToObj(i -> "\"d%d\": {\"allOf\": [{\"$ref\": \"#/$defs/d%d\"}, {\"$ref\": \"#/$defs/d%d\"}]}"
                        .formatted(i, i + 1, i + 1))
                .collect(Collectors.joining(", "));
        return Stream.of(
                arguments("{\"$ref\": \"http://127.0.0.1:1/s.json\"}", "points outside of the schema"),
                arguments("{\"$ref\": \"s.json\"}", "points outside of the schema"),
                arguments("{\"$ref\": \"#anchor\"}", "points outside of the schema"),
                arguments("{\"$ref\": \"#/$defs/none\"}", "not found in the schema"),
                arguments("{\"properties\": {\"a\": {\"items\": {\"$ref\": \"#/properties/a\"}}}}", "refers to itself"),
                arguments("{\"$dynamicRef\": \"#a\"}", "not supported"),
                arguments("{\"$recursiveRef\": \"#\"}", "not supported"),
                arguments("{\"allOf\": [{\"$id\": \"http://127.0.0.1:1/\"}]}", "not supported"),
                arguments("{\"$schema\": \"http://127.0.0.1:1/meta.json\"}", "is not supported"),
                arguments(
                        "{\"$ref\": \"#/$defs/d0\", \"$defs\": {" + chain + ", \"d15\": {}}}", "more than 2000 parts"),
                arguments("{\"not\": ".repeat(70) + "{}" + "}".repeat(70), "more than 64 levels"),
                arguments("{\"pattern\": \"((a{100}){100}){100}\"}", "longer than 1000 steps"),
                arguments("{\"pattern\": \"" + "(".repeat(100) + "a" + ")".repeat(100) + "\"}", "nests more than 50"),
                arguments("{\"patternProperties\": {\"(a{1000}){9}\": {}}}", "longer than 1000 steps"),
                arguments("{\"pattern\": \"(?=a)b\"}", "RE2 syntax"),
                arguments("{\"pattern\": \"(a)\\\\1\"}", "RE2 syntax"));
    }

    @ParameterizedTest
    @MethodSource
    void untrusted(String schema, String why) {
        assertThatThrownBy(() -> SchemaCheck.of(new JsonObject(schema)).check(new JsonObject()))
                .isInstanceOf(RuntimeException.class)
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @CsvSource({
        "'^\\d{4}-\\d{2}-\\d{2}$', 2026-11-28, true",
        "'^\\d{4}-\\d{2}-\\d{2}$', 2026-11-2, false",
        "'^[a-z]{1,63}(\\.[a-z]{1,63}){2}$', www.example.org, true",
        "'^[\\u0061-\\u0063]+$', abc, true",
        "'^[\\u0061-\\u0063]+$', abd, false",
        "'[]a]', ], true",
        "'^\\p{Lu}\\{2}$', A{2}, true",
        "'b', abc, true"
    })
    void supportsCommonPatterns(String pattern, String text, boolean matches) {
        SchemaCheck check = SchemaCheck.of(new JsonObject()
                .put("properties", new JsonObject().put("a", new JsonObject().put("pattern", pattern))));
        assertThat(check.check(new JsonObject().put("a", text)).isEmpty()).isEqualTo(matches);
    }

    @Test
    void isQuickUnlessSchemaAndValueAreLarge() {
        assertThat(CHECK.isQuick(new JsonObject("{\"list\": [{\"n\": 3}, {}]}")))
                .isTrue();
        assertThat(CHECK.isQuick(new JsonObject().put("list", "x".repeat(60_000))))
                .isFalse();
        SchemaCheck any = SchemaCheck.of(new JsonObject());
        assertThat(any.isQuick(new JsonObject().put("list", "x".repeat(60_000))))
                .isTrue();
    }

    private static List<Violation> check(String json) {
        return CHECK.check(new JsonObject(json));
    }
}
