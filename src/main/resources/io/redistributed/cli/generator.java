import io.redistributed.generate.GenerateRequest;
import io.redistributed.generate.GeneratedContent;
import io.redistributed.generate.GenerationException;
import io.redistributed.generate.GeneratorVerticle;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;

/** Report type NAME: the number of lines in a text. */
public final class CLASS extends GeneratorVerticle {

    @Override
    protected String type() {
        return "NAME";
    }

    @Override
    protected JsonObject description() {
        return new JsonObject("""
                {
                  "title": "Number of lines",
                  "parameters": {
                    "type": "object",
                    "properties": {
                      "blank": { "description": "Whether blank lines count.", "type": "boolean", "default": true }
                    },
                    "additionalProperties": false
                  }
                }
                """);
    }

    @Override
    protected Future<GeneratedContent> generate(GenerateRequest request) {
        boolean blank = request.parameters().getBoolean("blank", true);
        return compute(() -> count(request.input().toString(), blank));
    }

    private static GeneratedContent count(String text, boolean blank) throws GenerationException {
        if (text.isEmpty()) {
            throw GenerationException.invalidInput("the input is empty");
        }
        long count = text.lines().filter(line -> blank || !line.isBlank()).count();
        return new GeneratedContent(Buffer.buffer(count + "\n"), "text/plain");
    }
}
