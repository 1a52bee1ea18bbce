// OpenCensus for Node, a line of standard input at a time:
//   read HEX                          -> TRACE_ID SPAN_ID FLAGS, or none
//   write TRACE_ID SPAN_ID FLAGS      -> HEX
const readline = require('node:readline');
const { deserializeSpanContext, serializeSpanContext } = require('@opencensus/propagation-binaryformat');

function answer([command, first, spanId, flags]) {
  if (command === 'write') {
    return serializeSpanContext({ traceId: first, spanId, options: Number(flags) }).toString('hex');
  }
  const context = deserializeSpanContext(Buffer.from(first, 'hex'));
  return context === null ? 'none' : `${context.traceId} ${context.spanId} ${context.options}`;
}

readline.createInterface({ input: process.stdin }).on('line', line => console.log(answer(line.split(' '))));
