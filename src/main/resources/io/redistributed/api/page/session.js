// Login: a key or token becomes a cookie that scripts cannot read. Nothing is shown without authentication.

import { byId, el, setText } from "./dom.js";
import { ask, isLoggedOut } from "./live.js";

/** Returns the visitor's rights, once logged in. */
export async function rights() {
  const session = await ask("/session");
  addEventListener("loggedout", showLogin);
  if (isLoggedOut(session)) {
    showLogin();
    return new Promise(() => {});
  }
  if (session.name) {
    showName(session.name);
  }
  return session.rights;
}

function showName(name) {
  const out = el("button", { type: "button" }, "Log out");
  out.addEventListener("click", async () => {
    await ask("/session", { method: "DELETE" });
    location.reload();
  });
  byId("who").replaceChildren(el("span", {}, name), out);
  byId("who").hidden = false;
}

function showLogin() {
  if (byId("login")) {
    return;
  }
  byId("content").hidden = true;
  byId("connection").hidden = true;
  document.querySelector("nav").hidden = true;
  const key = el("input", { type: "password", id: "login-key", autocomplete: "current-password", required: true });
  // Password managers want a name beside the key.
  const name = el("input", { type: "text", autocomplete: "username", value: "redistributed", hidden: true });
  const problem = el("p", { className: "error", id: "login-problem", role: "alert" });
  const form = el("form", { className: "tools", id: "login-form" },
    name, el("label", {}, "API key or token ", key), el("button", { className: "primary" }, "Log in"));
  form.addEventListener("submit", event => {
    event.preventDefault();
    logIn(key.value.trim()).then(() => location.reload(), error => setText(problem, error.message));
  });
  byId("content").before(el("section", { className: "alone", id: "login", "aria-label": "Log in" },
    el("h2", {}, "Log in"), form, problem));
  key.focus();
}

function logIn(key) {
  return ask("/session", { method: "POST", headers: { authorization: `Bearer ${key}` } });
}
