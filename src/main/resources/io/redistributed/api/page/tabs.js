// Tabs.

import { el, setText } from "./dom.js";

/** Tabs following the ARIA pattern: arrow keys move between them. */
export class Tabs {
  /** `panels` maps keys to `[title, element]`. `chosen(key)` is called after each choice. */
  constructor(label, panels, chosen = () => {}) {
    this.chosen = chosen;
    this.panels = Object.entries(panels).map(([key, [title, panel]]) => {
      const mark = el("span", { className: "mark" });
      const tab = el("button", {
        type: "button", role: "tab", id: `tab-${key}`, "aria-controls": `panel-${key}`,
        onclick: () => this.choose(key), onkeydown: event => this.key(event),
      }, title, mark);
      panel.id = `panel-${key}`;
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", tab.id);
      return { key, tab, mark, panel };
    });
    this.list = el("div", { className: "tabs", role: "tablist", "aria-label": label },
      ...this.panels.map(({ tab }) => tab));
    this.element = el("div", { className: "tabbed" }, this.list, ...this.panels.map(({ panel }) => panel));
    this.choose(this.panels[0].key);
  }

  choose(chosen) {
    for (const { key, tab, panel } of this.panels) {
      tab.setAttribute("aria-selected", String(key === chosen));
      tab.tabIndex = key === chosen ? 0 : -1;
      panel.hidden = key !== chosen;
    }
    this.chosen(chosen);
  }

  mark(key, text) {
    setText(this.panels.find(panel => panel.key === key).mark, text);
  }

  key(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) {
      const at = this.panels.findIndex(({ tab }) => tab === event.target);
      const next = this.panels[(at + step + this.panels.length) % this.panels.length];
      this.choose(next.key);
      next.tab.focus();
    }
  }
}
