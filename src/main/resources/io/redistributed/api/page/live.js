// The page's event stream and API calls. The stream is open only while the page is visible; the service polls Redis
// only while a stream is open.

const RETRY_MILLIS = 5000;

/**
 * Opens an EventSource that also reconnects after an error response, unless the session has ended. Returns a function that
 * closes it.
 */
export function watch(path, handlers, status = () => {}) {
  let source = null;
  let timer = 0;
  let closed = false;
  async function reopen() {
    // An EventSource does not tell the status of an error response.
    const session = await ask("/session").catch(() => null);
    if (closed) {
      return;
    }
    if (session && isLoggedOut(session)) {
      dispatchEvent(new Event("loggedout"));
    } else {
      open();
    }
  }
  function open() {
    source = new EventSource(path);
    source.onopen = () => status("live");
    source.onerror = () => {
      status("reconnecting");
      if (source.readyState === EventSource.CLOSED) {
        timer = setTimeout(reopen, RETRY_MILLIS);
      }
    };
    for (const [name, handle] of Object.entries(handlers)) {
      source.addEventListener(name, event => handle(parse(event.data)));
    }
  }
  open();
  return () => {
    closed = true;
    clearTimeout(timer);
    source.close();
  };
}

/** Keeps a stream open while the page is visible. */
export function watchWhileSeen(path, handlers, status) {
  let close = null;
  function update() {
    if (document.hidden && close) {
      close();
      close = null;
      status("paused");
    } else if (!document.hidden && !close) {
      status("connecting");
      close = watch(path, handlers, status);
    }
  }
  document.addEventListener("visibilitychange", update);
  update();
}

/** The service's clock minus the local one, in ms; corrects ages when the local clock is wrong. */
let clockOffset;

export function setServiceTime(time) {
  const measured = Date.parse(time) - Date.now();
  // Delayed events make the difference too small, so it falls only slowly, which follows clock drift.
  clockOffset = Math.max(measured, (clockOffset ?? measured) - 10);
}

export function now() {
  return Date.now() + (clockOffset ?? 0);
}

/** Returns whether a `GET /session` has shown that the visitor has to log in. */
export function isLoggedOut(session) {
  return session.authentication && !session.name;
}

/** Fetches JSON. An error response throws an Error with the service's detail as message. */
export async function ask(path, options = {}) {
  return json(await request(path, { ...options, headers: { accept: "application/json", ...options.headers } }));
}

/** Returns a response. An error response throws as of `ask`. */
export async function request(path, options) {
  const response = await fetch(path, options);
  if (response.status === 401) {
    dispatchEvent(new Event("loggedout"));
  }
  if (!response.ok) {
    throw new Error((await json(response)).detail ?? `${response.status} ${response.statusText}`);
  }
  return response;
}

/** Returns an empty object for what is not JSON. */
async function json(response) {
  return /json/.test(response.headers.get("content-type") ?? "") ? parse(await response.text()) : {};
}

/** Parses JSON. A number that would lose digits as a JavaScript number becomes its text. */
export function parse(text) {
  return JSON.parse(text, (name, value, context) =>
    (typeof value === "number" && Math.abs(value) > Number.MAX_SAFE_INTEGER ? context?.source ?? value : value));
}
