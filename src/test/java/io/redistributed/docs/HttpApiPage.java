package io.redistributed.docs;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/** Writes the reference in {@code docs/http-api.md} from {@code openapi.yaml}. */
final class HttpApiPage {

    private final JsonNode openapi;
    private final StringBuilder page = new StringBuilder();

    private HttpApiPage(JsonNode openapi) {
        this.openapi = openapi;
    }

    static String of(JsonNode openapi) {
        HttpApiPage page = new HttpApiPage(openapi);
        page.write();
        return page.page.toString();
    }

    private void write() {
        page.append("## Rules for all requests\n\n");
        paragraph(openapi.at("/info/description"));
        page.append("## Overview\n\n| Request | Purpose |\n| --- | --- |\n");
        eachOperation((name, path, operation) ->
                page.append("| [`%s`](#%s) | %s |\n".formatted(name, anchor(name), inline(operation.path("summary")))));
        page.append('\n');
        for (JsonNode tag : openapi.path("tags")) {
            String title = tag.path("name").asText();
            page.append("## %s\n\n".formatted(title.substring(0, 1).toUpperCase(Locale.ROOT) + title.substring(1)));
            paragraph(tag.path("description"));
            eachOperation((name, path, operation) -> {
                if (operation.path("tags").path(0).asText().equals(title)) {
                    operation(name, path, operation);
                }
            });
        }
        page.append("## Objects\n\n");
        for (Map.Entry<String, JsonNode> schema :
                openapi.at("/components/schemas").properties()) {
            if (schema.getValue().has("properties") && !schema.getKey().startsWith("Jaeger")) {
                object(schema.getKey(), schema.getValue());
            }
        }
    }

    private interface Operations {
        void accept(String name, JsonNode path, JsonNode operation);
    }

    private void eachOperation(Operations operations) {
        for (Map.Entry<String, JsonNode> path : openapi.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                if (method.getValue().has("operationId")) {
                    String name = method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey();
                    operations.accept(name, path.getValue(), method.getValue());
                }
            }
        }
    }

    private void operation(String name, JsonNode path, JsonNode operation) {
        page.append("### %s\n\n%s.\n\n".formatted(name, inline(operation.path("summary"))));
        paragraph(operation.path("description"));
        StringBuilder rows = new StringBuilder();
        for (JsonNode parameters : new JsonNode[] {path.path("parameters"), operation.path("parameters")}) {
            parameters.forEach(parameter -> rows.append(parameter(resolve(parameter))));
        }
        if (!rows.isEmpty()) {
            page.append("| Parameter | In | Default | Meaning |\n| --- | --- | --- | --- |\n%s\n".formatted(rows));
        }
        if (operation.has("requestBody")) {
            JsonNode body = operation.path("requestBody");
            StringJoiner types = new StringJoiner(", ");
            body.path("content").fieldNames().forEachRemaining(type -> types.add("`" + type + "`"));
            page.append("Body: %s. %s.\n\n".formatted(types, inline(body.path("description"))));
        }
        page.append("| Status | Meaning |\n| --- | --- |\n");
        for (Map.Entry<String, JsonNode> response : operation.path("responses").properties()) {
            JsonNode answer = resolve(response.getValue());
            page.append(
                    "| %s | %s |\n".formatted(response.getKey(), inline(answer.path("description")) + schemas(answer)));
        }
        page.append('\n');
    }

    private String parameter(JsonNode parameter) {
        JsonNode initial = parameter.path("schema").path("default");
        return "| `%s` | %s | %s | %s |\n"
                .formatted(
                        parameter.path("name").asText(),
                        parameter.path("in").asText(),
                        parameter.path("required").asBoolean() ? "required" : code(initial),
                        inline(parameter.path("description")));
    }

    private String schemas(JsonNode answer) {
        StringJoiner links = new StringJoiner(", ", ": ", "").setEmptyValue("");
        for (JsonNode content : answer.path("content")) {
            String name = content.path("schema").path("$ref").asText().replaceFirst(".*/", "");
            boolean isListed = openapi.at("/components/schemas/" + name).has("properties");
            if (!name.isEmpty() && isListed && !name.startsWith("Jaeger")) {
                links.add("[%s](#%s)".formatted(name, anchor(name)));
            }
        }
        return links.toString();
    }

    private void object(String name, JsonNode schema) {
        page.append("### %s\n\n".formatted(name));
        paragraph(schema.path("description"));
        page.append("| Field | Type | Meaning |\n| --- | --- | --- |\n");
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            page.append("| `%s` | %s | %s |\n"
                    .formatted(
                            property.getKey(),
                            type(property.getValue()),
                            inline(property.getValue().path("description"))));
        }
        page.append('\n');
    }

    private String type(JsonNode schema) {
        if (schema.has("$ref")) {
            String name = schema.path("$ref").asText().replaceFirst(".*/", "");
            return resolve(schema).has("properties") ? "[%s](#%s)".formatted(name, anchor(name)) : name;
        } else if (schema.has("items")) {
            return "array of " + type(schema.path("items"));
        } else if (schema.has("oneOf")) {
            StringJoiner all = new StringJoiner(" or ");
            schema.path("oneOf").forEach(one -> all.add(type(one)));
            return all.toString();
        } else if (schema.has("enum")) {
            StringJoiner all = new StringJoiner(", ");
            schema.path("enum").forEach(one -> all.add(code(one)));
            return all.toString();
        }
        return schema.has("const")
                ? code(schema.path("const"))
                : schema.path("type").asText();
    }

    private JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? openapi.at(node.path("$ref").asText().substring(1)) : node;
    }

    private void paragraph(JsonNode text) {
        if (!text.isMissingNode()) {
            page.append(text.asText().strip());
            page.append(text.asText().strip().endsWith(".") ? "\n\n" : ".\n\n");
        }
    }

    private static String inline(JsonNode text) {
        return text.asText().strip().replace("\n", " ").replace("|", "\\|").replaceFirst("\\.$", "");
    }

    private static String code(JsonNode value) {
        return value.isMissingNode() || value.asText().isEmpty() && value.isTextual() ? "" : "`" + text(value) + "`";
    }

    private static String text(JsonNode value) {
        return value.isTextual() ? value.textValue() : value.toString();
    }

    private static String anchor(String heading) {
        return Documents.anchor(heading);
    }
}
