import { button, h, isolated } from "../dom.js";
import { compareEntered } from "../entered.js";
import { asText } from "./conflict.js";
import { profileFields } from "./fields.js";
import { textOf } from "./merging/texts.js";

/**
 * Create the controls for a profile. What the agent has entered for a new profile is filled in where the profile has
 * no value, and is offered where it has another one.
 * @param {App} app @param {Profile} profile @param {Fields} entered without empty fields
 */
export function filledInFields(app, profile, entered) {
  const { added, other } = compareEntered(profile, entered);
  const fields = profileFields(app, withAdded(profile, added), "keys" in added);
  markAdded(fields, profile, added);
  const { t } = app;
  const names = Object.keys(added).map((name) => t.field(name));
  const items = Object.entries(other).flatMap(([name, value]) =>
    name === "attributes"
      ? Object.entries(/** @type {Row} */ (value)).map(([member, text]) =>
          h("li", {}, isolated(member), ": ", isolated(text)),
        )
      : [otherText(app, fields.controls[name], name, String(value))],
  );
  const element = h(
    "section",
    { class: "box entered" },
    names.length > 0 && h("p", {}, textOf(app, "entered", { fields: names.join(", ") })),
    items.length > 0 && [h("p", {}, textOf(app, "enteredOther")), h("ul", {}, items)],
  );
  return { fields, element };
}

/** @param {Profile} profile @param {Fields} added @returns {Fields} */
function withAdded(profile, added) {
  const { keys, ...rest } = added;
  const fields = /** @type {Fields} */ ({ ...profile, keys });
  for (const [name, value] of Object.entries(rest)) {
    const old = fields[name];
    if (Array.isArray(value)) fields[name] = [.../** @type {unknown[]} */ (old), ...value];
    else
      fields[name] =
        name === "attributes" ? { .../** @type {Row} */ (old), .../** @type {Row} */ (value) } : value;
  }
  return fields;
}

/**
 * Mark what is filled in.
 * @param {ReturnType<typeof profileFields>} fields @param {Profile} profile @param {Fields} added
 */
function markAdded({ element, controls }, profile, added) {
  const old = /** @type {Fields} */ ({ ...profile, keys: {} });
  for (const name of Object.keys(added)) {
    const rows = [...element.querySelectorAll(`.row.${name}`)];
    for (const each of [controls[name], ...rows.slice(Object.keys(old[name] ?? {}).length)]) mark(each);
  }
}

/**
 * Mark an element, and open the part of the form that has it.
 * @param {Element | undefined} element
 */
function mark(element) {
  element?.classList.add("added");
  element?.closest("details")?.setAttribute("open", "");
}

/**
 * Offer a text that the agent has entered, and for which the profile has another one.
 * @param {App} app @param {import("./fields.js").Control | undefined} control @param {string} name @param {string} value
 */
function otherText(app, control, name, value) {
  const label = app.t.field(name);
  const take = () => {
    if (!control) return;
    control.value = value;
    mark(control);
    control.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
    control.focus();
    item.remove();
  };
  const use = button(textOf(app, "useEntered"), take, {
    class: "link",
    "aria-label": `${textOf(app, "useEntered")}: ${label}`,
  });
  const item = h("li", {}, label, ": ", isolated(asText(app, name, value)), " ", use);
  return item;
}

/**
 * Return the patch of the search keys to which values are added. The others stay, also those that are masks.
 * @param {Profile} profile @param {unknown} added
 * @returns {Fields}
 */
export function patchOfKeys({ keys }, added) {
  const entries = Object.entries(/** @type {Record<string, string[]>} */ (added ?? {}));
  const patch = entries.map(([key, values]) => [key, [...(keys[key] ?? []), ...values]]);
  return patch.length > 0 ? { keys: Object.fromEntries(patch) } : {};
}
