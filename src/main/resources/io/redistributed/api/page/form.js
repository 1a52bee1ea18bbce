// Submits a report. The fields are generated from the parameter schemas of the report types.

import { el } from "./dom.js";
import { bytes } from "./format.js";
import { ask } from "./live.js";

const SHOWN = 20_000;

export class ReportForm {
  constructor(form, button, submitted) {
    this.form = form;
    this.button = button;
    this.submitted = submitted;
    this.types = [];
    form.addEventListener("submit", event => {
      event.preventDefault();
      this.submit();
    });
    form.addEventListener("keydown", event => event.key === "Escape" && this.toggle());
  }

  async toggle() {
    this.form.hidden = !this.form.hidden;
    this.button.setAttribute("aria-expanded", String(!this.form.hidden));
    if (this.form.hidden) {
      this.button.focus();
      return;
    }
    if (!this.type) {
      this.build();
    }
    try {
      await this.loadTypes();
    } catch (problem) {
      this.showError(problem);
    }
    this.type.focus();
  }

  build() {
    this.type = el("select", { id: "form-type", onchange: () => this.fields() });
    this.parameters = el("div", { className: "fields" });
    this.text = el("textarea", {
      id: "form-text", rows: 2, spellcheck: false, placeholder: "Drop a CSV file here, paste its text, or choose a file",
      oninput: () => this.take(null),
    });
    this.file = el("input", { type: "file", id: "form-file", className: "unseen", onchange: () => this.take(this.file.files[0] ?? null) });
    this.taken = el("span", { className: "taken", role: "status" });
    this.error = el("p", { className: "error", role: "alert" });
    this.title = el("p", { className: "hint" });
    this.form.append(
      el("div", { className: "fields" }, el("div", { className: "field" },
        el("label", { htmlFor: "form-type" }, "Report type"), this.type)),
      this.title,
      el("div", { className: "drop" },
        el("label", { htmlFor: "form-text" }, "Input"), this.text,
        el("div", { className: "file" }, this.file,
          el("label", { htmlFor: "form-file", className: "button" }, "Choose a file"), this.taken)),
      this.parameters,
      this.error,
      el("div", { className: "buttons" },
        // The second click of a double click is not a second report.
        el("button", { type: "submit", className: "primary", onclick: event => event.detail > 1 && event.preventDefault() }, "Submit report"),
        el("button", { type: "button", onclick: () => this.toggle() }, "Close")));
    for (const name of ["dragover", "dragleave", "drop"]) {
      this.form.addEventListener(name, event => this.drag(event));
    }
  }

  async loadTypes() {
    const { types } = await ask("/report-types");
    if (JSON.stringify(types) === JSON.stringify(this.types)) {
      return;
    }
    this.types = types;
    this.type.replaceChildren(...types.map(({ type }) => new Option(type, type)));
    const first = types.findIndex(({ type }) => type === "summary");
    this.type.selectedIndex = Math.max(0, first);
    this.fields();
    if (types.length === 0) {
      this.showError(new Error("No report types available: no worker has announced one yet."));
    }
  }

  fields() {
    const chosen = this.types.find(({ type }) => type === this.type.value);
    this.title.textContent = chosen?.title ?? "";
    const properties = Object.entries(chosen?.parameters.properties ?? {});
    this.inputs = properties.map(([name, schema], i) => new Field(name, schema, `parameter-${i}`));
    this.parameters.replaceChildren(...this.inputs.map(input => input.element));
  }

  drag(event) {
    event.preventDefault();
    this.form.classList.toggle("over", event.type === "dragover");
    if (event.type === "drop" && event.dataTransfer.files.length > 0) {
      this.take(event.dataTransfer.files[0]);
    }
  }

  async take(file) {
    this.input = file;
    this.taken.textContent = file ? `${file.name}, ${bytes(file.size)}` : "";
    if (file) {
      this.text.value = await file.slice(0, SHOWN).text();
    }
  }

  async submit() {
    this.error.textContent = "";
    const query = new URLSearchParams({ type: this.type.value });
    this.inputs.forEach(input => input.addTo(query));
    const path = `/reports?${query}`;
    const body = this.input ?? this.text.value;
    // The key stays until success, so that a retry after a lost response creates no second report.
    if (path !== this.sent?.path || body !== this.sent.body) {
      this.sent = { path, body, key: randomKey() };
    }
    try {
      const accepted = await ask(path, { method: "POST", body, headers: { "idempotency-key": this.sent.key } });
      this.sent = null;
      this.submitted(accepted);
    } catch (problem) {
      this.showError(problem);
    }
  }

  showError(problem) {
    this.error.textContent = problem.message;
  }
}

/**
 * An input for a parameter, based on its schema. Unchanged values are not sent, so that the generator's default
 * applies.
 */
class Field {
  constructor(name, schema, id) {
    this.name = name;
    const fallback = schema.default;
    if (schema.enum || schema.type === "boolean") {
      const options = (schema.enum ?? [true, false]).map(String);
      this.input = el("select", { id });
      if (fallback === undefined) {
        this.input.append(new Option("—", ""));
      }
      this.input.append(...options.map(option => new Option(option === "\t" ? "tab" : option, option)));
      this.input.value = fallback === undefined ? "" : String(fallback);
    } else {
      const isNumber = schema.type === "integer" || schema.type === "number";
      this.input = el("input", { id, type: isNumber ? "number" : "text", value: fallback ?? "" });
      if (isNumber) {
        this.input.min = schema.minimum ?? "";
        this.input.max = schema.maximum ?? "";
        this.input.step = schema.type === "integer" ? 1 : "any";
      } else if (schema.pattern) {
        this.input.pattern = schema.pattern.replace(/^\^|\$$/g, "");
        this.input.placeholder = schema.examples?.join(", ") ?? "";
      }
    }
    this.initial = this.input.value;
    this.element = el("div", { className: "field" }, el("label", { htmlFor: id }, name), this.input);
    if (schema.description) {
      this.input.setAttribute("aria-describedby", `${id}-hint`);
      this.element.append(el("span", { className: "hint", id: `${id}-hint` }, schema.description));
    }
  }

  addTo(query) {
    if (this.input.value !== this.initial && this.input.value !== "") {
      query.set(this.name, this.input.value);
    }
  }
}

function randomKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, "0")).join("");
}
