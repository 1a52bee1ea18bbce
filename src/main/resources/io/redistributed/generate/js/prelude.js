// Runs before a script: the contract of docs/generators.md on one host function, which the script itself does not see.
(() => {
  const invoke = globalThis.java_invoke;
  const { readSync, writeSync } = globalThis.Javy.IO;
  delete globalThis.java_invoke;
  delete globalThis.Javy;

  const MAX_TEXT = 8192;
  const { parse, stringify } = JSON;
  const host = (name, argument = null) => parse(invoke('', name, stringify(argument)));
  const clip = (text) => (text.length > MAX_TEXT ? text.slice(0, MAX_TEXT) + '…' : text);
  let script;

  globalThis.InvalidInputError = class InvalidInputError extends Error {
    name = 'InvalidInputError';
  };
  globalThis.RetryableError = class RetryableError extends Error {
    name = 'RetryableError';
  };

  const shown = (value) => {
    if (value instanceof Error) return `${value}\n${value.stack}`;
    return typeof value === 'object' ? stringify(value) : String(value);
  };
  const logger = (level) => (...values) => host('log', [level, clip(values.map(shown).join(' '))]);
  globalThis.console = {
    debug: logger('debug'), log: logger('info'), info: logger('info'), warn: logger('warn'), error: logger('error'),
  };

  const failure = (error) => {
    // The engine throws null if there is no memory for an error.
    if (error === null) return { name: 'InternalError', message: 'out of memory', stack: '' };
    if (!(error instanceof Error)) return { name: 'Error', message: clip(String(error)), stack: '' };
    const kind = error instanceof InvalidInputError ? 'invalid' : error instanceof RetryableError ? 'retryable' : 'script';
    return { kind, name: clip(String(error.name)), message: clip(String(error.message)), stack: clip(String(error.stack)) };
  };

  const shownFailure = (error) => {
    try {
      return failure(error);
    } catch {
      return { name: 'Error', message: 'an error that cannot be shown', stack: '' };
    }
  };

  class Span {
    #id;
    constructor(id) {
      this.#id = id;
    }
    setAttribute(key, value) {
      const plain = ['boolean', 'number'].includes(typeof value) ? value : clip(String(value));
      host('attribute', [this.#id, clip(String(key)), plain]);
      return this;
    }
    span(name, work) {
      const id = host('span', [this.#id, clip(String(name))]);
      const end = (error) => host('end', [id, error === undefined ? null : shownFailure(error)]);
      let result;
      try {
        result = work(new Span(id));
      } catch (error) {
        end(error);
        throw error;
      }
      if (typeof result?.then !== 'function') {
        end();
        return result;
      }
      return result.then(
        (value) => (end(), value),
        (error) => {
          end(error ?? new Error('rejected'));
          throw error;
        },
      );
    }
  }

  const readInput = (size) => {
    const bytes = new Uint8Array(size);
    for (let read = 0, n; read < size; read += n) {
      n = readSync(0, bytes.subarray(read));
      if (n <= 0) throw new Error('the input ends early');
    }
    return bytes;
  };

  class Input {
    #read;
    constructor(size) {
      this.length = size;
      let bytes;
      this.#read = () => (bytes ??= readInput(size));
    }
    bytes() {
      return this.#read();
    }
    text() {
      return new TextDecoder().decode(this.#read());
    }
    json() {
      return parse(this.text());
    }
  }

  class Request {
    #root = new Span(0);
    constructor({ reportId, attempt, parameters, inputBytes }) {
      Object.assign(this, { reportId, attempt, parameters, input: new Input(inputBytes) });
    }
    progress(done) {
      if (!(done >= 0 && done <= 1)) throw new RangeError('progress() takes a number from 0 to 1');
      host('progress', Number(done));
    }
    setAttribute(key, value) {
      this.#root.setAttribute(key, value);
      return this;
    }
    span(name, work) {
      return this.#root.span(name, work);
    }
  }

  // Of each report its own: all of them start from the same memory.
  const seedRandom = (seed) => {
    let state = seed;
    const next = () => {
      state = (state + 0x6d2b79f5) | 0;
      let bits = Math.imul(state ^ (state >>> 15), 1 | state);
      bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
      return (bits ^ (bits >>> 14)) >>> 0;
    };
    Math.random = () => ((next() >>> 5) * 67108864 + (next() >>> 6)) / 9007199254740992;
  };

  const deliver = (content) => {
    const { body, contentType } = content ?? {};
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
    if (!(bytes instanceof Uint8Array) || typeof contentType !== 'string') {
      throw new TypeError('generate() returns { body: string or Uint8Array, contentType: string }');
    }
    for (let written = 0; written < bytes.length; ) {
      written += writeSync(1, bytes.subarray(written));
    }
    host('done', clip(contentType));
  };

  const api = {
    load(loaded) {
      script = loaded;
      const { type, description } = script;
      host('loaded', stringify({ type, description, generates: typeof script.generate === 'function' }));
    },
    run() {
      const request = host('request');
      seedRandom(request.seed);
      (async () => script.generate(new Request(request)))()
        .then(deliver)
        .catch((error) => host('failed', shownFailure(error)));
    },
  };
  Object.defineProperty(globalThis, 'rd_api', { value: Object.freeze(api) });
})();
