package io.redistributed.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.settings.SchemaCheck.Violation;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

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
    void whatIsAsTheSchemaSaysHasNoViolations() {
        assertThat(check("{\"list\": [{\"n\": 3}, {}]}")).isEmpty();
    }

    @Test
    void aViolationSaysWhereAndWithTheDescriptionOfTheProperty() {
        assertThat(check("{\"list\": [{}, {\"n\": 4}]}"))
                .containsExactly(new Violation("list[1].n", "must have a maximum value of 3 (At most three)"));
    }

    @Test
    void anUnknownKeyIsNamedWithThoseThatAreAllowedThere() {
        assertThat(check("{\"list\": [{\"m\": 1}], \"lists\": []}"))
                .extracting(Violation::toString)
                .containsExactly(
                        "list[0].m: unknown key; allowed are a/b~c, n", "lists: unknown key; allowed are list");
    }

    @Test
    void keysAreShownAsTheyAreWritten() {
        assertThat(check("{\"list\": [{\"a/b~c\": 1}]}"))
                .extracting(Violation::path)
                .containsExactly("list[0].a/b~c");
    }

    @Test
    void aViolationOfTheWholeHasNoPath() {
        assertThat(check("{}")).extracting(Violation::toString).containsExactly("required property 'list' not found");
    }

    private static List<Violation> check(String json) {
        return CHECK.check(new JsonObject(json));
    }
}
