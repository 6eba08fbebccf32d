import { nameFor, show } from "../actions.js";
import { associate } from "../contacts.js";
import { button, h, heading, isolated } from "../dom.js";
import { businessOf, formatDate, formatPhone, formatTime, readingOf } from "../format.js";
import { reasonList } from "./candidate.js";
import { pastContacts } from "./past.js";
import { keyValues } from "./values.js";

/** @typedef {Extract<View, { name: "profile" }>} ProfileView */

const LINES = ["country", "postal_code", "province", "state", "county", "city", "address_1", "address_2", "address_3", "address_4"];
const TEXTS = ["account_number", "birth_date", "gender", "party_type", "additional_information"];

/**
 * Show a profile, and associate it with the contact.
 * @param {App} app @param {ProfileView} view
 */
export function profileView(app, view) {
  const { t } = app;
  const { profile, back, reasons } = view;
  const mayEdit = app.store.state.scopes.has("profiles:edit");
  const edit = () => show(app, { name: "edit", profile, back: view, focus: "first" });
  return [
    back && button(backText(app, view), () => show(app, back), { class: "link back" }),
    h(
      "div",
      { class: "title" },
      h("div", {}, heading([isolated(nameFor(app, profile))]), subtitle(profile)),
      mayEdit && button(t.text("edit"), edit, { class: "edit" }),
    ),
    reasonList(app, reasons),
    association(app, view),
    facts(app, profile),
    keyValues(app, view),
    attributes(app, profile),
    pastContacts(app, profile),
    h("p", { class: "muted updated" }, t.text("updated", { time: formatTime(profile.updated_at, t.language) })),
  ];
}

/** @param {App} app @param {ProfileView} view */
function backText({ t }, { back, profile }) {
  const others = back?.items.filter(({ profile: other }) => other.profile_id !== profile.profile_id).length ?? 0;
  if (back?.outcome !== "unique") return t.text("back");
  return t.text("otherMatches", { count: t.profiles(others, back.nextCursor !== null) });
}

/** @param {Profile} profile */
function subtitle(profile) {
  const texts = [readingOf(profile), businessOf(profile)].filter(Boolean);
  return texts.map((text) => h("p", { class: "reading" }, isolated(text)));
}

/** @param {App} app @param {ProfileView} view */
function association(app, view) {
  const { t, store } = app;
  const { contact, associated } = store.state;
  if (!contact) return null;
  if (associated?.profile_id === view.profile.profile_id) {
    return h("p", { class: "association" }, h("span", { class: "badge" }, t.text("isAssociated")));
  }
  if (view.confirming) return confirmation(app, view);
  const ask = () => show(app, { ...view, confirming: true, focus: "confirm" });
  const label = t.text(associated ? "associateInstead" : "associate");
  return h("p", { class: "association" }, button(label, ask, { class: "primary", "data-focus": "associate" }));
}

/** @param {App} app @param {ProfileView} view */
function confirmation(app, view) {
  const { t } = app;
  const question = t.parts("confirmQuestion", { name: isolated(nameFor(app, view.profile)) });
  const cancel = () => show(app, { ...view, confirming: false, focus: "associate" });
  return h(
    "div",
    { class: "association question", role: "group", "aria-labelledby": "question" },
    h("p", { id: "question" }, question),
    button(t.text("confirm"), () => associate(app, view), { class: "primary", "data-focus": "confirm" }),
    button(t.text("cancel"), cancel),
  );
}

/** @param {App} app @param {Profile} profile */
function facts({ t }, profile) {
  const { language } = t;
  /** @type {[string, unknown[]][]} */
  const rows = [
    [t.text("phoneNumbers"), profile.phone_numbers.map((phone) => entry(phone.type, formatPhone(phone, language)))],
    [t.text("emailAddresses"), profile.email_addresses.map(({ type, value }) => entry(type, value))],
    [t.text("addresses"), profile.addresses.map((address) => entry(address.type, addressText(address, language)))],
    ...TEXTS.map((name) => /** @type {[string, unknown[]]} */ ([t.field(name), text(profile, name, language)])),
  ];
  return definitions(rows, t.text("details"));
}

/** @param {Profile} profile @param {string} name @param {string} language */
function text(profile, name, language) {
  const value = /** @type {Record<string, unknown>} */ (profile)[name];
  if (!value) return [];
  return [entry(null, name === "birth_date" ? formatDate(String(value), language) : value)];
}

/** @param {unknown} label @param {unknown} value */
function entry(label, value) {
  return [isolated(value), label && h("span", { class: "muted" }, " ", isolated(label))];
}

/**
 * Show names with their values; leave out names without a value.
 * @param {[unknown, unknown[]][]} rows @param {string} title
 */
export function definitions(rows, title) {
  const filled = rows.filter(([, values]) => values.length > 0);
  if (filled.length === 0) return null;
  return h(
    "section",
    { "aria-label": title },
    h(
      "dl",
      {},
      filled.map(([name, values]) => [h("dt", {}, name), values.map((value) => h("dd", {}, value))]),
    ),
  );
}

/** @param {Profile["addresses"][number]} address @param {string} language */
function addressText(address, language) {
  const fields = /** @type {Record<string, string | null>} */ (address);
  const lines = LINES.map((name) => fields[name]).filter(Boolean);
  return language === "ja" ? lines.join(" ") : lines.reverse().join(", ");
}

/** @param {App} app @param {Profile} profile */
function attributes({ t }, profile) {
  const entries = Object.entries(profile.attributes);
  if (entries.length === 0) return null;
  /** @type {[unknown, unknown[]][]} */
  const rows = entries.map(([name, value]) => [isolated(name), [isolated(value)]]);
  return h("details", { open: entries.length < 7 }, h("summary", {}, t.text("attributes")), definitions(rows, t.text("attributes")));
}
