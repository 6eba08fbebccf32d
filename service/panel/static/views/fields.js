import { button, h, labelled, newId } from "../dom.js";
import { fillKeys } from "./criterion.js";

const LIMITS = /** @type {Record<string, number>} */ ({ additional_information: 1000, type: 64 });
/** @type {Record<string, string[]>} */
const NAMES = {
  en: ["first_name", "last_name"],
  ja: ["last_name", "first_name", "phonetic_last_name", "phonetic_first_name"],
};
const OTHERS = ["business_name", "account_number", "birth_date"];
const MORE = ["middle_name", "phonetic_first_name", "phonetic_last_name", "gender", "party_type"];
/** @type {Record<string, string[]>} */
const ADDRESS = {
  en: ["address_1", "address_2", "city", "state", "postal_code", "country"],
  ja: ["postal_code", "province", "city", "address_1", "address_2", "country"],
};
const ADDRESS_REST = ["province", "state", "county", "address_3", "address_4"];

/**
 * Create the fields of a profile. `read` returns their values.
 * @param {App} app @param {Fields} fields @param {boolean} hasKeys whether to show the values of search keys
 */
export function profileFields(app, fields, hasKeys) {
  const { t } = app;
  const names = [...(NAMES[t.language] ?? []), ...OTHERS];
  const rest = MORE.filter((name) => !names.includes(name));
  /** @type {Record<string, HTMLInputElement | HTMLTextAreaElement>} */
  const controls = {};
  /** @param {string} name */
  const field = (name) => {
    const control = textControl(name, String(fields[name] ?? ""));
    controls[name] = control;
    return labelled(t.field(name), control);
  };
  const lists = {
    phone_numbers: rowList(app, "phone_numbers", fields.phone_numbers, contactRow(app, "tel")),
    email_addresses: rowList(app, "email_addresses", fields.email_addresses, contactRow(app, "email")),
    addresses: rowList(app, "addresses", fields.addresses, addressRow(app)),
    attributes: rowList(app, "attributes", toRows(fields.attributes, "name"), pairRow(app)),
  };
  const values = hasKeys ? rowList(app, "keys", toRows(fields.keys, "key"), keyRow(app)) : null;
  const more = [...rest, "additional_information"];
  const element = h(
    "div",
    { class: "fields" },
    h("div", { class: "grid" }, names.map(field)),
    lists.phone_numbers.element,
    lists.email_addresses.element,
    values?.element,
    h(
      "details",
      { open: more.some((name) => fields[name]) },
      h("summary", {}, t.text("moreFields")),
      h("div", { class: "grid" }, more.map(field)),
      lists.addresses.element,
      lists.attributes.element,
    ),
  );
  const read = () => ({
    ...Object.fromEntries(Object.entries(controls).map(([name, { value }]) => [name, value.trim()])),
    phone_numbers: lists.phone_numbers.read(),
    email_addresses: lists.email_addresses.read(),
    addresses: lists.addresses.read(),
    attributes: Object.fromEntries(lists.attributes.read().map(({ name, value }) => [name, value])),
    ...(values ? { keys: toKeys(values.read()) } : {}),
  });
  return { element, read, controls };
}

/** @param {string} name @param {string} value @param {string} [type] */
function textControl(name, value, type = "text") {
  const attributes = {
    name,
    "data-focus": name,
    maxlength: LIMITS[name] ?? 255,
    autocomplete: "off",
    dir: "auto",
  };
  if (name === "additional_information") return h("textarea", { ...attributes, rows: 3 }, value);
  const input = h("input", { ...attributes, type });
  input.value = value;
  return input;
}

/** @typedef {(row: Row) => Record<string, [label: string, control: HTMLInputElement | HTMLSelectElement]>} RowControls */

/**
 * Create a list of rows that can be added and removed.
 * @param {App} app @param {string} name @param {unknown} initial @param {RowControls} create
 */
function rowList({ t }, name, initial, create) {
  /** @type {Map<HTMLElement, ReturnType<RowControls>>} */
  const rows = new Map();
  const label = t.field(name);
  const list = h("div", { class: "rows" });
  const add = button(t.text("add"), () => append({}, true), {
    class: "link",
    "aria-label": `${t.text("add")}: ${label}`,
  });
  /** @param {Row} row @param {boolean} [focus] */
  const append = (row, focus) => {
    const controls = create(row);
    const remove = button("×", () => discard(), { class: "link end" });
    const cells = Object.entries(controls).map(([part, [text, control]]) =>
      h("div", { class: `cell ${part}` }, labelled(text, control)),
    );
    const element = h("div", { class: `row ${name}` }, cells, remove);
    const discard = () => {
      element.remove();
      rows.delete(element);
      add.focus();
    };
    remove.setAttribute("aria-label", t.text("remove", { value: `${label} ${rows.size + 1}` }));
    rows.set(element, controls);
    list.append(element);
    if (focus) Object.values(controls)[0]?.[1].focus();
  };
  for (const row of /** @type {Row[]} */ (initial ?? [])) append(row);
  const caption = newId();
  const element = h(
    "div",
    { class: "list", role: "group", "aria-labelledby": caption },
    h("div", { class: "caption" }, h("span", { id: caption }, label), add),
    list,
  );
  const read = () =>
    [...rows.values()]
      .map(texts)
      .filter((row) => Object.entries(row).some(([part, text]) => text && !["type", "key"].includes(part)));
  return { element, read };
}

/** @param {ReturnType<RowControls>} controls */
function texts(controls) {
  const entries = Object.entries(controls).map(([part, [, control]]) => [part, control.value.trim()]);
  return /** @type {Row} */ (Object.fromEntries(entries.filter(([, text]) => text)));
}

/** @param {App} app @param {string} type @returns {RowControls} */
function contactRow({ t }, type) {
  return (row) => ({
    value: [t.text("value"), /** @type {HTMLInputElement} */ (textControl("value", row.value ?? "", type))],
    type: [t.text("label"), /** @type {HTMLInputElement} */ (textControl("type", row.type ?? ""))],
  });
}

/** @param {App} app @returns {RowControls} */
function addressRow({ t }) {
  return (row) => {
    const names = ADDRESS[t.language] ?? [];
    const others = ADDRESS_REST.filter((name) => row[name] && !names.includes(name));
    const controls = [...names, ...others].map((name) => [
      name,
      [t.field(name), textControl(name, row[name] ?? "")],
    ]);
    return { ...Object.fromEntries(controls), type: [t.text("label"), textControl("type", row.type ?? "")] };
  };
}

/** @param {App} app @returns {RowControls} */
function pairRow({ t }) {
  return (row) => ({
    name: [t.field("name"), /** @type {HTMLInputElement} */ (textControl("name", row.name ?? ""))],
    value: [t.text("value"), /** @type {HTMLInputElement} */ (textControl("value", row.value ?? ""))],
  });
}

/** @param {App} app @returns {RowControls} */
function keyRow(app) {
  return (row) => {
    const select = h("select", {});
    fillKeys(app, select, ({ built_in }) => !built_in);
    if (row.key) select.value = row.key;
    const input = /** @type {HTMLInputElement} */ (textControl("value", row.value ?? ""));
    return { key: [app.t.field("keys"), select], value: [app.t.text("value"), input] };
  };
}

/** @param {unknown} members @param {string} name */
function toRows(members, name) {
  return Object.entries(members ?? {}).flatMap(([key, values]) =>
    [values].flat().map((value) => ({ [name]: key, value })),
  );
}

/** @param {Row[]} rows */
function toKeys(rows) {
  /** @type {Record<string, string[]>} */
  const keys = {};
  for (const { key = "", value = "" } of rows) keys[key] = [...(keys[key] ?? []), value];
  return keys;
}
