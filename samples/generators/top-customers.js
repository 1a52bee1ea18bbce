// Report type top-customers: the sum of a CSV's column for each value of another one, the largest first.

export const type = 'top-customers';

const column = { type: 'string', minLength: 1 };
export const description = {
  title: 'Top customers',
  parameters: {
    type: 'object',
    properties: { groupBy: column, value: column, top: { type: 'integer', minimum: 1, default: 10 } },
    required: ['groupBy', 'value'],
    additionalProperties: false,
  },
};

export function generate(request) {
  const { groupBy, value, top = 10 } = request.parameters;
  const [header, ...rows] = request.input.text().trimEnd().split('\n');
  const names = header.trimEnd().split(',');
  const [group, amount] = [names.indexOf(groupBy), names.indexOf(value)];
  if (group < 0 || amount < 0) throw new InvalidInputError(`the columns are ${names.join(', ')}`);

  const sums = request.span('add up', (span) => {
    span.setAttribute('rows', rows.length);
    const sums = new Map();
    for (let i = 0; i < rows.length; i++) {
      const cells = rows[i].trimEnd().split(',');
      const number = Number(cells[amount] || NaN);
      if (!(group in cells && Number.isFinite(number))) throw new InvalidInputError(`row ${i + 1} has no number in ${value}`);
      sums.set(cells[group], (sums.get(cells[group]) ?? 0) + number);
      if (i % 1000 === 0) request.progress(i / rows.length);
    }
    return sums;
  });
  const largest = [...sums].sort(([, a], [, b]) => b - a).slice(0, top);
  const lines = largest.map(([name, sum]) => `${name},${sum.toFixed(2)}\n`);
  return { body: `customer,sum\n${lines.join('')}`, contentType: 'text/csv' };
}
