import io.redistributed.generate.*;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.*;

/** Report type top-customers: the sum of a CSV's column for each value of another one, the largest first. */
public final class TopCustomers extends GeneratorVerticle {
    protected String type() { return "top-customers"; }

    protected JsonObject description() {
        return new JsonObject("""
                {"title": "Top customers", "parameters": {"type": "object", "properties": {
                    "groupBy": {"type": "string"}, "value": {"type": "string"}, "top": {"type": "integer", "minimum": 1}},
                  "required": ["groupBy", "value"], "additionalProperties": false}}""");
    }

    protected Future<GeneratedContent> generate(GenerateRequest request) {
        return compute(() -> sum(request, request.parameters(), request.input().toString().stripTrailing().split("\r?\n")));
    }

    private GeneratedContent sum(GenerateRequest request, JsonObject parameters, String[] rows) throws GenerationException {
        List<String> names = List.of(rows[0].split(","));
        int group = names.indexOf(parameters.getString("groupBy")), amount = names.indexOf(parameters.getString("value"));
        if (group < 0 || amount < 0) throw GenerationException.invalidInput("the columns are " + names);
        Map<String, BigDecimal> sums = new HashMap<>();
        for (int i = 1; i < rows.length; i++) {
            String[] cells = rows[i].split(",");
            if (cells.length <= Math.max(group, amount) || !cells[amount].matches("-?\\d+(\\.\\d+)?"))
                throw GenerationException.invalidInput("row " + i + " has no number in " + names.get(amount));
            sums.merge(cells[group], new BigDecimal(cells[amount]), BigDecimal::add);
            request.progress().accept((double) i / rows.length);
        }
        Buffer csv = Buffer.buffer("customer,sum\n");
        sums.entrySet().stream().sorted(Map.Entry.<String, BigDecimal>comparingByValue().reversed())
                .limit(parameters.getInteger("top", 10)).forEach(sum -> csv.appendString(sum.getKey() + "," + sum.getValue() + "\n"));
        return new GeneratedContent(csv, "text/csv");
    }
}
