import { run, show } from "../actions.js";
import { changesOf, isEqual } from "../diff.js";
import { button, h, heading, hint, isolated, muted, newId } from "../dom.js";
import { formatAddress, formatDate, formatPhone, shortMask } from "../format.js";
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
  /** What to save of the fields that both changed; undefined if the profile keeps the value. */
  const chosen = { ...patch };
  const submit = () => {
    const kept = Object.entries(chosen).filter(([, value]) => value !== undefined);
    return run(app, () => save(app, back, latest, Object.fromEntries(kept)));
  };
  return [
    heading(t.text("conflict")),
    hint(t.text("conflictHint")),
    latest.profile_id !== base.profile_id && hint(t.text("isMerged")),
    both.length > 0 && h("h3", {}, t.text("conflictBoth")),
    both.map((change) => choice(app, change, chosen)),
    others.length > 0 && h("h3", {}, t.text("conflictOthers")),
    h(
      "dl",
      {},
      others.map(({ name, before, theirs }) => {
        const old = muted(isolated(asText(app, name, before)), " → ");
        return [h("dt", {}, t.field(name)), h("dd", {}, old, isolated(asText(app, name, theirs)))];
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

/**
 * Offer the values of a field. Those of a list can be united.
 * @param {App} app @param {Change} change @param {Fields} chosen
 */
function choice(app, { name, before, mine, theirs }, chosen) {
  const { t } = app;
  const group = newId();
  const own = chosen[name];
  /** @param {unknown} label @param {unknown} value @param {unknown} [saved] */
  const option = (label, value, saved) => {
    const onchange = () => {
      chosen[name] = saved;
    };
    const input = h("input", { type: "radio", name: group, id: newId(), checked: saved === own, onchange });
    const text = h("label", { for: input.id }, muted(label, ": "), isolated(asText(app, name, value)));
    return h("p", { class: "check" }, input, text);
  };
  const both =
    name === "keys"
      ? uniteKeys(before, own, theirs)
      : Array.isArray(mine) && Array.isArray(theirs) && unite(before, mine, theirs);
  return h(
    "fieldset",
    {},
    h("legend", {}, t.field(name)),
    option(t.text("mine"), mine, own),
    option(t.text("theirs"), theirs),
    both && option(t.text("keepBoth"), both, both),
  );
}

/**
 * Return a list with what either side added, and without what either side removed.
 * @param {unknown} before @param {unknown[]} mine @param {unknown[]} theirs
 */
function unite(before, mine, theirs) {
  const old = /** @type {unknown[]} */ (before ?? []);
  /** @param {unknown[]} items @param {unknown} item */
  const has = (items, item) => items.some((each) => isEqual(each, item));
  const kept = theirs.filter((item) => has(mine, item) || !has(old, item));
  return [...kept, ...mine.filter((item) => !has(theirs, item) && !has(old, item))];
}

/**
 * Return the values of the search keys that the agent has changed, with what others added.
 * @param {any} before @param {any} own @param {any} theirs
 */
function uniteKeys(before, own, theirs) {
  const keys = Object.entries(/** @type {Record<string, string[]>} */ (own));
  return Object.fromEntries(
    keys.map(([key, values]) => [key, unite(before[key], values, theirs[key] ?? [])]),
  );
}

/**
 * Return the value of a field as text, in the same form as in the profile.
 * @param {App} app @param {string} name @param {unknown} value
 */
export function asText({ t, store }, name, value) {
  /** @param {any} item */
  const itemText = (item) => {
    if (!item || typeof item !== "object") return item;
    const { type } = item;
    const label = type && (t.name("types", type.toLowerCase()) ?? type);
    if (name === "addresses") return [formatAddress(item), label].filter(Boolean).join(" ");
    // The agent's own numbers are not parsed yet.
    const e164 = item.e164 ?? (item.value?.startsWith("+") ? item.value.replace(/[^+\d]/g, "") : null);
    const text = name === "phone_numbers" ? formatPhone({ ...item, e164 }, store.state.region) : item.value;
    return [text, label].filter(Boolean).join(" ");
  };
  /** @returns {unknown[]} */
  const texts = () => {
    if (Array.isArray(value)) return value.map(itemText);
    if (name === "birth_date" && value) return [formatDate(String(value), t.language)];
    if (!value || typeof value !== "object") return [value];
    if (name === "keys") return keyTexts({ t, store }, /** @type {Record<string, string[]>} */ (value));
    return Object.entries(value).map(([member, each]) => `${member}: ${[each].flat().join(", ")}`);
  };
  return texts().filter(Boolean).join("; ") || t.text("empty");
}

/**
 * Return the values of search keys. Those of a sensitive one are hidden, also if the agent has just entered them.
 * @param {Pick<App, "t" | "store">} app @param {Record<string, string[]>} keys
 */
function keyTexts({ t, store }, keys) {
  const { searchKeys } = store.state;
  return Object.entries(keys).map(([key, values]) => {
    const isSensitive = searchKeys.some(({ name, sensitive }) => name === key && sensitive);
    const texts = values.map((value) =>
      isSensitive && !value.startsWith("****") ? "••••" : shortMask(value),
    );
    return `${t.searchKey(searchKeys, key)}: ${texts.join(", ")}`;
  });
}
