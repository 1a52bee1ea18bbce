package io.redistributed.docs;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Writes the tables of {@code docs/configuration.md} from the JSON schema of the configuration. */
final class ConfigurationPage {

    private static final String DURATION = "(ms|s|m|h|d)$";
    private static final String HEAD = "| Key | Type | Default | Meaning |\n| --- | --- | --- | --- |\n";

    private final StringBuilder page = new StringBuilder();

    private ConfigurationPage() {}

    static String of(JsonNode schema) {
        ConfigurationPage page = new ConfigurationPage();
        page.page.append("## Keys\n\n").append(HEAD);
        page.rows("", schema);
        page.page.append("\n## Keys of the verticles\n\n");
        page.page.append("In `verticles[].config`. Names of verticles begin with `java:io.redistributed.`.\n");
        for (Map.Entry<String, JsonNode> verticle : schema.path("$defs").properties()) {
            page.page.append("\n### ").append(verticle.getKey()).append("\n\n");
            page.page.append(verticle.getValue().path("description").asText()).append(".\n\n");
            page.page.append(HEAD);
            page.rows("", verticle.getValue());
        }
        return page.page.toString();
    }

    private void rows(String path, JsonNode schema) {
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            String key = path + property.getKey();
            JsonNode rule = property.getValue();
            JsonNode items = rule.path("items");
            if (rule.has("properties")) {
                rows(key + ".", rule);
            } else {
                boolean required = texts(schema.path("required")).contains("`" + property.getKey() + "`");
                row(key, rule, required);
                if (items.has("properties")) {
                    rows(key + "[].", items);
                }
            }
        }
    }

    private void row(String key, JsonNode rule, boolean required) {
        String initial = rule.has("default") ? "`" + value(rule.get("default")) + "`" : "";
        page.append("| `%s` | %s | %s | %s |\n"
                .formatted(
                        key,
                        type(rule),
                        required ? "required" : initial,
                        rule.path("description").asText()));
    }

    private static String value(JsonNode value) {
        return value.isTextual() ? value.textValue() : value.toString().replace("\"", "");
    }

    private static String type(JsonNode rule) {
        if (rule.has("enum")) {
            return texts(rule.get("enum"));
        } else if (rule.path("pattern").asText().endsWith(DURATION)) {
            return "duration";
        } else if (rule.path("pattern").asText().contains("KiB")) {
            return "size";
        }
        String type = rule.path("type").asText();
        return rule.has("maximum") ? type + ", " + rule.get("minimum") + " to " + rule.get("maximum") : type;
    }

    private static String texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(element -> "`" + element.asText() + "`")
                .collect(Collectors.joining(", "));
    }
}
