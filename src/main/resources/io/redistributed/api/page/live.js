// The one stream of the page. It is open while somebody looks at the page, and only then does the service ask Redis.

const PATIENCE_MILLIS = 5000;

/** An EventSource that also comes back after an answer that is no stream. Returns a function that closes it. */
export function watch(path, handlers, status = () => {}) {
  let source = null;
  let timer = 0;
  function open() {
    source = new EventSource(path);
    source.onopen = () => status("live");
    source.onerror = () => {
      status("reconnecting");
      if (source.readyState === EventSource.CLOSED) {
        timer = setTimeout(open, PATIENCE_MILLIS);
      }
    };
    for (const [name, handle] of Object.entries(handlers)) {
      source.addEventListener(name, event => handle(JSON.parse(event.data)));
    }
  }
  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}

/** As long as the page can be seen. Returns a function that ends it. */
export function watchWhileSeen(path, handlers, status) {
  let close = null;
  function seen() {
    if (document.hidden && close) {
      close();
      close = null;
      status("paused");
    } else if (!document.hidden && !close) {
      close = watch(path, handlers, status);
    }
  }
  document.addEventListener("visibilitychange", seen);
  seen();
}

/** The service's clock less ours, in ms, so that ages are right on a machine whose clock is not. */
let ahead;

export function setServiceTime(time) {
  const measured = Date.parse(time) - Date.now();
  // What was held up on its way says too little; what drifts is followed.
  ahead = Math.max(measured, (ahead ?? measured) - 10);
}

export function now() {
  return Date.now() + (ahead ?? 0);
}

/** A JSON answer; a problem becomes an Error that says what the service says. */
export async function ask(path, options = {}) {
  const response = await fetch(path, { ...options, headers: { accept: "application/json", ...options.headers } });
  const type = response.headers.get("content-type") ?? "";
  const body = /json/.test(type) ? await response.json() : {};
  if (!response.ok) {
    throw new Error(body.detail ?? `${response.status} ${response.statusText}`);
  }
  return body;
}
