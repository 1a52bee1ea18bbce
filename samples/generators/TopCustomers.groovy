import io.redistributed.generate.GenerateRequest
import io.redistributed.generate.GeneratedContent
import io.redistributed.generate.GenerationException
import io.redistributed.generate.GeneratorVerticle
import io.vertx.core.Future
import io.vertx.core.buffer.Buffer
import io.vertx.core.json.JsonObject

/** Report type top-customers-groovy: the sum of a CSV's column for each value of another one, the largest first. */
class TopCustomers extends GeneratorVerticle {
    protected String type() { 'top-customers-groovy' }

    protected JsonObject description() {
        new JsonObject(title: 'Top customers', parameters: [
            type: 'object',
            properties: [groupBy: [type: 'string'], value: [type: 'string'], top: [type: 'integer', minimum: 1]],
            required: ['groupBy', 'value'],
            additionalProperties: false,
        ])
    }

    protected Future<GeneratedContent> generate(GenerateRequest request) {
        compute { sum(request, request.parameters(), request.input().toString().stripTrailing().readLines() ?: ['']) }
    }

    private GeneratedContent sum(GenerateRequest request, JsonObject parameters, List<String> rows) {
        def names = rows[0].split(',').toList()
        def (group, amount) = [names.indexOf(parameters.getString('groupBy')), names.indexOf(parameters.getString('value'))]
        if (group < 0 || amount < 0) throw GenerationException.invalidInput("the columns are ${names.join(', ')}")
        def sums = [:].withDefault { 0.0 }
        rows.drop(1).eachWithIndex { row, i ->
            def cells = row.split(',')
            if (cells.size() <= Math.max(group, amount) || !cells[amount].isBigDecimal()) {
                throw GenerationException.invalidInput("row ${i + 1} has no number in ${names[amount]}")
            }
            sums[cells[group]] += cells[amount].toBigDecimal()
            request.progress().accept((double) i / rows.size())
        }
        def largest = sums.sort { -it.value }.take(parameters.getInteger('top', 10))
        new GeneratedContent(Buffer.buffer('customer,sum\n' + largest.collect { "$it.key,$it.value\n" }.join()), 'text/csv')
    }
}
