// Creates elements. Content of reports and spans is inserted as text or attribute values, never as markup.

const SVG = "http://www.w3.org/2000/svg";
const DIRECTION_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/g;

/**
 * Returns an element with properties (attributes if the name has a hyphen) and children: nodes, strings, or null for
 * none.
 */
export function el(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key === "style") {
      // Set on the object, as the page's policy forbids style attributes.
      Object.entries(value).forEach(([rule, text]) => element.style.setProperty(rule, text));
    } else if (key.startsWith("on")) {
      element.addEventListener(key.slice(2), value);
    } else if (key.includes("-") || key === "role" || key === "scope") {
      element.setAttribute(key, value);
    } else {
      element[key] = key === "title" ? visible(value) : value;
    }
  }
  element.append(...children.filter(child => child !== null && child !== undefined).map(visible));
  return element;
}

export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  element.append(...children.map(visible));
  return element;
}

/** Escapes the characters that would reorder the text around them. Returns a node as it is. */
function visible(child) {
  return typeof child === "string"
    ? child.replace(DIRECTION_CONTROLS, control => `\\u${control.charCodeAt(0).toString(16)}`) : child;
}

export function byId(id) {
  return document.getElementById(id);
}

/** Returns a term and its description, for a dl. */
export function fact(term, ...values) {
  return el("div", {}, el("dt", {}, term), el("dd", {}, ...values));
}

/** Replaces only those children that differ, so that focus, selections and screen readers are not disturbed. */
export function setChildren(element, ...children) {
  const before = [...element.childNodes];
  const after = [...el("div", {}, ...children).childNodes];
  after.forEach((child, i) => {
    if (i >= before.length) {
      element.append(child);
    } else if (!before[i].isEqualNode(child)) {
      before[i].replaceWith(child);
    }
  });
  before.slice(after.length).forEach(child => child.remove());
}

/** Sets the text if it differs, so that screen readers and selections are not disturbed. */
export function setText(element, text) {
  const shown = visible(text);
  if (element.textContent !== shown) {
    element.textContent = shown;
  }
}
