// Report type NAME: the number of lines in a text.

export const type = 'NAME';

export const description = {
  title: 'Number of lines',
  parameters: {
    type: 'object',
    properties: {
      blank: { description: 'Whether blank lines count.', type: 'boolean', default: true },
    },
    additionalProperties: false,
  },
};

export async function generate(request) {
  const { blank = true } = request.parameters;
  if (request.input.length === 0) throw new InvalidInputError('the input is empty');

  const lines = request.span('count', () => request.input.text().trimEnd().split('\n'));
  const count = lines.filter((line) => blank || line.trim()).length;
  request.progress(1);
  return { body: `${count}\n`, contentType: 'text/plain' };
}
