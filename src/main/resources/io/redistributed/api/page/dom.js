// Makes elements. What comes from a report or a span goes in as text or as an attribute's value, and never as markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element with properties (or, where there is a hyphen, attributes) and children: nodes, texts, null for nothing. */
export function el(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key === "style") {
      // By the object model, as the policy of the page forbids style attributes.
      Object.entries(value).forEach(([rule, text]) => element.style.setProperty(rule, text));
    } else if (key.startsWith("on")) {
      element.addEventListener(key.slice(2), value);
    } else if (key.includes("-") || key === "role" || key === "scope") {
      element.setAttribute(key, value);
    } else {
      element[key] = value;
    }
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  element.append(...children);
  return element;
}

export function byId(id) {
  return document.getElementById(id);
}

/** A term and what it is, for a dl. */
export function fact(term, ...values) {
  return el("div", {}, el("dt", {}, term), el("dd", {}, ...values));
}

/** Changes the text only if it is another one, so that screen readers and selections are left alone. */
export function say(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}
