// Creates elements. Content of reports and spans is inserted as text or attribute values, never as markup.

const SVG = "http://www.w3.org/2000/svg";

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
  if (element.textContent !== text) {
    element.textContent = text;
  }
}
