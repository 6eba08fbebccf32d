import { run, show } from "../actions.js";
import { changesOf } from "../diff.js";
import { button, h, heading, hint, isolated, muted, newId } from "../dom.js";
import { save } from "./edit.js";

/** @typedef {ReturnType<typeof changesOf>[number]} Change */

/**
 * Show what others changed, and let the agent choose where both changed the same field.
 * @param {App} app @param {Extract<View, { name: "conflict" }>} view
 */
export function conflictView(app, { base, latest, patch, back }) {
  const { t } = app;
  const changes = changesOf(base, latest, patch);
  const both = changes.filter((change) => change.both);
  const others = changes.filter((change) => !change.both);
  /** @type {Set<string>} */
  const rejected = new Set();
  const submit = () => {
    const kept = Object.entries(patch).filter(([name]) => !rejected.has(name));
    return run(app, () => save(app, back, latest, Object.fromEntries(kept)));
  };
  return [
    heading(t.text("conflict")),
    hint(t.text("conflictHint")),
    both.length > 0 && h("h3", {}, t.text("conflictBoth")),
    both.map((change) => choice(app, change, rejected)),
    others.length > 0 && h("h3", {}, t.text("conflictOthers")),
    h(
      "dl",
      {},
      others.map(({ name, before, theirs }) => {
        const old = muted(isolated(asText(before, app)), " → ");
        return [h("dt", {}, t.field(name)), h("dd", {}, old, isolated(asText(theirs, app)))];
      }),
    ),
    h(
      "div",
      { class: "buttons" },
      button(t.text("saveChoice"), submit, { class: "primary" }),
      button(t.text("discard"), () => show(app, { ...back, profile: latest }, undefined, true)),
    ),
  ];
}

/** @param {App} app @param {Change} change @param {Set<string>} rejected the fields that are not changed */
function choice(app, { name, mine, theirs }, rejected) {
  const { t } = app;
  const group = newId();
  /** @param {"mine" | "theirs"} side @param {unknown} value @param {() => void} onchange */
  const option = (side, value, onchange) => {
    const input = h("input", { type: "radio", name: group, id: newId(), checked: side === "mine", onchange });
    const label = h("label", { for: input.id }, muted(t.text(side), ": "), isolated(asText(value, app)));
    return h("p", { class: "check" }, input, label);
  };
  return h(
    "fieldset",
    {},
    h("legend", {}, t.field(name)),
    option("mine", mine, () => rejected.delete(name)),
    option("theirs", theirs, () => rejected.add(name)),
  );
}

/**
 * Return the value of a field as text.
 * @param {unknown} value @param {App} app
 */
function asText(value, app) {
  const items = Array.isArray(value) ? value.map((item) => join(item)) : [join(value, ": ")];
  return items.filter(Boolean).join("; ") || app.t.text("empty");
}

/**
 * Join the members of an object, with their names if there is a separator.
 * @param {unknown} value @param {string} [separator]
 */
function join(value, separator) {
  if (!value || typeof value !== "object") return String(value ?? "");
  const members = Object.entries(value).filter(([name, member]) => member && name !== "e164");
  return members
    .map(([name, member]) => (separator ? name + separator + member : member))
    .join(separator ? "; " : " ");
}
