import { button, h, labelled, newId } from "../dom.js";
import { fillKeys } from "./criterion.js";

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Control */
/** @typedef {[name: string, label: string, control: Control][]} Cells the controls of a row */

/** What a date field can show. Other programs may have stored another text, which stays a text. */
const DATE = /^(\d{4}-\d\d-\d\d)?$/;
const EMAIL = /^\S+@[^\s@]+\.[^\s@.]+$/;
const LIMITS = /** @type {Record<string, number>} */ ({ additional_information: 1000, type: 64 });
const NAMES = /** @type {Record<string, string[]>} */ ({
  en: ["first_name", "last_name"],
  ja: ["last_name", "first_name", "phonetic_last_name", "phonetic_first_name"],
});
const MORE = ["middle_name", "phonetic_first_name", "phonetic_last_name", "gender", "party_type"];
const LINES = /** @type {Record<string, string[]>} */ ({
  en: ["address_1", "address_2", "city", "state", "postal_code", "country"],
  ja: ["postal_code", "province", "city", "address_1", "address_2", "country"],
});
const MORE_LINES = ["province", "state", "county", "address_3", "address_4"];

/**
 * Create the controls for the fields of a profile. `read` returns what they contain.
 * @param {App} app @param {Fields} fields @param {boolean} hasKeys whether to show the values of search keys
 */
export function profileFields(app, fields, hasKeys) {
  const { t } = app;
  const names = [...(NAMES[t.language] ?? []), "business_name", "account_number", "birth_date"];
  const more = [...MORE.filter((name) => !names.includes(name)), "additional_information"];
  /** @type {Record<string, Control>} */
  const controls = Object.fromEntries(
    [...names, ...more].map((name) => [name, textControl(name, fields[name])]),
  );
  /** @param {string[]} some the names of fields */
  const grid = (some) => {
    const shown = Object.entries(controls).filter(([name]) => some.includes(name));
    return h(
      "div",
      { class: "grid" },
      shown.map(([name, control]) => labelled(t.field(name), control)),
    );
  };
  const lists = rowLists(app, fields, hasKeys);
  const element = h(
    "div",
    { class: "fields" },
    grid(names),
    ["phone_numbers", "email_addresses", "keys"].map((name) => lists[name]?.element),
    h(
      "details",
      { open: more.some((name) => fields[name]) },
      h("summary", {}, t.text("moreFields")),
      grid(more),
      ["addresses", "attributes"].map((name) => lists[name]?.element),
    ),
  );
  /** Return the control and the hint of an entered value that cannot be right, or null. */
  const findMistake = () => {
    const date = /** @type {HTMLInputElement} */ (controls.birth_date);
    if (date.validity.badInput) return { control: date, text: t.text("dateHint") };
    const old = /** @type {Row[]} */ (fields.email_addresses ?? []).map(({ value }) => value);
    const control = lists.email_addresses
      ?.controls("value")
      .find(({ value }) => value.trim() && !old.includes(value) && !EMAIL.test(value.trim()));
    return control ? { control, text: t.text("emailHint") } : null;
  };
  return { element, read: () => readAll(controls, lists), controls, findMistake };
}

/**
 * Create the lists of a profile.
 * @param {App} app @param {Fields} fields @param {boolean} hasKeys
 * @returns {Record<string, ReturnType<typeof rowList>>}
 */
function rowLists(app, { phone_numbers, email_addresses, addresses, attributes, keys }, hasKeys) {
  const { t } = app;
  /** @param {Row} row @param {string} name @param {string} [label] @returns {Cells[number]} */
  const cell = (row, name, label = t.field(name)) => [name, label, textControl(name, row[name])];
  const value = (/** @type {Row} */ row) => cell(row, "value", t.text("value"));
  const type = (/** @type {Row} */ row) => cell(row, "type", t.text("label"));
  const contact = (/** @type {Row} */ row) => [value(row), type(row)];
  const lines = LINES[t.language] ?? [];
  /** @param {Row} row */
  const address = (row) => {
    const others = MORE_LINES.filter((name) => row[name] && !lines.includes(name));
    return [...[...lines, ...others].map((name) => cell(row, name)), type(row)];
  };
  return {
    phone_numbers: rowList(app, "phone_numbers", phone_numbers, contact),
    email_addresses: rowList(app, "email_addresses", email_addresses, contact),
    addresses: rowList(app, "addresses", addresses, address),
    attributes: rowList(app, "attributes", toRows(attributes, "name"), (row) => [
      cell(row, "name"),
      value(row),
    ]),
    ...(hasKeys && {
      keys: rowList(app, "keys", toRows(keys, "key"), (row) => keyCells(app, row, value(row))),
    }),
  };
}

/**
 * Return the fields of a profile.
 * @param {Record<string, Control>} controls @param {ReturnType<typeof rowLists>} lists
 * @returns {Fields}
 */
function readAll(controls, lists) {
  const texts = Object.entries(controls).map(([name, control]) => [name, control.value.trim()]);
  const rows = Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, list.read()]));
  const { attributes = [], keys } = rows;
  return {
    ...Object.fromEntries(texts),
    ...rows,
    attributes: Object.fromEntries(attributes.map((row) => [row.name, row.value])),
    ...(keys && { keys: toKeys(keys) }),
  };
}

/** @param {string} name @param {unknown} initial */
function textControl(name, initial) {
  const value = String(initial ?? "");
  if (name === "birth_date" && DATE.test(value)) {
    const date = h("input", { name, type: "date", max: "9999-12-31", "data-focus": name });
    date.value = value;
    return date;
  }
  const attributes = { name, maxlength: LIMITS[name] ?? 255, autocomplete: "off", dir: "auto" };
  const isLong = name === "additional_information";
  const control = isLong
    ? h("textarea", { ...attributes, rows: 3 })
    : h("input", { ...attributes, "data-focus": name });
  control.value = value;
  return control;
}

/**
 * Return the cells for a value of a search key. The value of a sensitive one is hidden.
 * @param {App} app @param {Row} row @param {Cells[number]} value
 * @returns {Cells}
 */
function keyCells(app, { key }, value) {
  const hide = () => {
    const definition = app.store.state.searchKeys.find(({ name }) => name === select.value);
    value[2].classList.toggle("secret", definition?.sensitive === true);
  };
  const select = h("select", { onchange: hide });
  fillKeys(app, select, ({ built_in }) => !built_in);
  if (key) select.value = key;
  hide();
  return [["key", app.t.field("keys"), select], value];
}

/**
 * Create a list of rows that can be added and removed.
 * @param {App} app @param {string} name @param {unknown} initial @param {(row: Row) => Cells} create
 */
function rowList({ t }, name, initial, create) {
  /** @type {Map<HTMLElement, Cells>} */
  const rows = new Map();
  const caption = h("span", { id: newId() }, t.field(name));
  const list = h("div", { class: "list" });
  /** @param {Row} values */
  const append = (values) => {
    const cells = create(values);
    const remove = button("×", () => discard(), { class: "link" });
    remove.setAttribute("aria-label", t.text("remove", { value: `${t.field(name)} ${rows.size + 1}` }));
    const row = h(
      "div",
      { class: `row ${name}` },
      cells.map(([, label, control]) => labelled(label, control)),
      remove,
    );
    const discard = () => {
      row.remove();
      rows.delete(row);
      add.focus();
    };
    // The labels of short rows are hidden.
    for (const [, label, control] of cells)
      if (name !== "addresses") control.setAttribute("placeholder", label);
    rows.set(row, cells);
    list.append(row);
    return cells[0]?.[2];
  };
  const add = button(t.text("add"), () => append({})?.focus(), {
    class: "link",
    "aria-describedby": caption.id,
  });
  for (const row of /** @type {Row[]} */ (initial ?? [])) append(row);
  const header = h("div", { class: "caption" }, caption, add);
  const element = h("div", { role: "group", "aria-labelledby": caption.id }, header, list);
  return {
    element,
    /** @param {string} cell */
    controls: (cell) =>
      [...rows.values()].flat().flatMap(([id, , control]) => (id === cell ? [control] : [])),
    read: () => [...rows.values()].map(toRow).filter(({ type, key, ...row }) => Object.keys(row).length > 0),
  };
}

/**
 * @param {Cells} cells
 * @returns {Row}
 */
function toRow(cells) {
  const texts = cells.map(([name, , control]) => [name, control.value.trim()]);
  return Object.fromEntries(texts.filter(([, text]) => text));
}

/** @param {unknown} members @param {string} name the cell with the name of the member @returns {Row[]} */
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
