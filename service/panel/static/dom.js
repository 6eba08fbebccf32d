import { clean } from "./text.js";

const SVG = "http://www.w3.org/2000/svg";
/** @type {Record<string, string>} */
const ICONS = {
  voice: "M5 2 3 4c0 5 4 9 9 9l2-2-3-2.5-1.5 1C8 8.8 7.2 8 6.5 6.5l1-1.5z",
  chat: "M2 3h12v8H7l-3 3v-3H2z",
  email: "M1.5 3.5h13v9h-13zM2 4l6 5 6-5",
  task: "M3 2h10v12H3zM5.5 8l2 2 3.5-4",
};

/**
 * Create an element. A function is a listener, and true or false sets or omits an attribute.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, unknown>} [attributes]
 * @param {...unknown} children nodes and texts, also in arrays; null, undefined and false are left out
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  const nodes = children.flat(3).filter((child) => child !== null && child !== undefined && child !== false);
  element.append(.../** @type {(Node | string)[]} */ (nodes));
  return element;
}

/**
 * Create a text that cannot change its surroundings: a customer may have written it.
 * @param {unknown} text
 */
export function isolated(text) {
  return h("bdi", { dir: "auto" }, clean(text));
}

/**
 * Create a name. A long one is cut off after two lines, until it is clicked.
 * @param {string} text
 */
export function named(text) {
  const element = isolated(text);
  element.className = "name";
  element.title = clean(text);
  element.addEventListener("click", () => element.classList.toggle("name"));
  return element;
}

/** @param {...unknown} children */
export const muted = (...children) => h("span", { class: "muted" }, children);
/** @param {...unknown} children */
export const hint = (...children) => h("p", { class: "muted" }, children);
/** @param {...unknown} children */
export const badge = (...children) => h("span", { class: "badge" }, children);

/**
 * @param {unknown} label @param {(event: Event) => void} onclick @param {Record<string, unknown>} [attributes]
 */
export function button(label, onclick, attributes = {}) {
  return h("button", { type: "button", onclick, ...attributes }, label);
}

/**
 * Create a question. Escape is the same as the button "no".
 * @param {unknown} text @param {HTMLElement} yes @param {HTMLElement} no
 */
export function question(text, yes, no) {
  const onkeydown = (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && no.click();
  const id = newId();
  return h(
    "div",
    { class: "question", role: "group", "aria-labelledby": id, onkeydown },
    h("p", { id }, text),
    yes,
    no,
  );
}

/** @param {string} name the name of a channel */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", String(Object.hasOwn(ICONS, name) ? ICONS[name] : ICONS.task));
  svg.append(path);
  return svg;
}

let ids = 0;

/** Return an ID that no other element of the panel has. */
export function newId() {
  return `id-${++ids}`;
}

/**
 * Create a label with its control.
 * @param {string} label @param {HTMLElement} control @param {...unknown} more
 */
export function labelled(label, control, ...more) {
  control.id ||= newId();
  return h("div", { class: "field" }, h("label", { for: control.id }, label), control, ...more);
}

/**
 * Create the heading of a view. It gets the focus after a step.
 * @param {...unknown} children
 */
export function heading(...children) {
  return h("h2", { tabindex: -1, "data-focus": "heading" }, children);
}
