import { run, show } from "../actions.js";
import { changesOf } from "../diff.js";
import { button, h, heading, isolated, newId } from "../dom.js";
import { save } from "./edit.js";

/** @typedef {ReturnType<typeof changesOf>[number]} Change */

/**
 * Show what others changed, and let the agent choose where both changed the same field.
 * @param {App} app @param {Extract<View, { name: "conflict" }>} view
 */
export function conflictView(app, view) {
  const { t } = app;
  const { base, latest, patch, back } = view;
  const changes = changesOf(base, latest, patch);
  const both = changes.filter((change) => change.both);
  const others = changes.filter((change) => !change.both);
  /** @type {Map<string, HTMLInputElement>} */
  const mine = new Map();
  const submit = () => {
    const rejected = both.filter(({ name }) => !mine.get(name)?.checked).map(({ name }) => name);
    const kept = Object.entries(patch).filter(([name]) => !rejected.includes(name));
    return run(app, () => save(app, back, latest, Object.fromEntries(kept)));
  };
  return [
    heading(t.text("conflictTitle")),
    h("p", { class: "hint" }, t.text("conflictHint")),
    both.length > 0 && h("h3", {}, t.text("conflictBoth")),
    both.map((change) => choice(app, change, mine)),
    others.length > 0 && h("h3", {}, t.text("conflictOthers")),
    others.length > 0 && h("dl", {}, others.map((change) => other(app, change))),
    h(
      "div",
      { class: "buttons" },
      button(t.text("saveChoice"), submit, { class: "primary" }),
      button(t.text("discard"), () => show(app, { ...back, profile: latest })),
    ),
  ];
}

/** @param {App} app @param {Change} change @param {Map<string, HTMLInputElement>} controls */
function choice({ t }, { name, mine, theirs }, controls) {
  const group = newId();
  /** @param {string} label @param {unknown} value @param {boolean} checked */
  const option = (label, value, checked) => {
    const input = h("input", { type: "radio", name: group, id: newId() });
    input.checked = checked;
    const text = h("label", { for: input.id }, h("span", { class: "muted" }, label, ": "), isolated(asText(value, t)));
    return { input, element: h("div", { class: "check" }, input, text) };
  };
  const own = option(t.text("mine"), mine, true);
  controls.set(name, own.input);
  return h("fieldset", {}, h("legend", {}, t.field(name)), own.element, option(t.text("theirs"), theirs, false).element);
}

/** @param {App} app @param {Change} change */
function other({ t }, { name, before, theirs }) {
  const old = h("span", { class: "muted" }, isolated(asText(before, t)), " → ");
  return [h("dt", {}, t.field(name)), h("dd", {}, old, isolated(asText(theirs, t)))];
}

/**
 * Return the value of a field as text.
 * @param {unknown} value @param {import("../language.js").Translator} t
 * @returns {string}
 */
function asText(value, t) {
  if (Array.isArray(value)) return value.map((item) => asText(item, t)).join("; ") || t.text("empty");
  if (value && typeof value === "object") {
    const entries = Object.entries(value).filter(([name, member]) => member && name !== "e164");
    return entries.map(([, member]) => asText(member, t)).join(" ") || t.text("empty");
  }
  return value ? String(value) : t.text("empty");
}
