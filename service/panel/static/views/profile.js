import { nameFor, report, show } from "../actions.js";
import { associate } from "../contacts.js";
import { badge, button, h, heading, hint, isolated, muted, named, question } from "../dom.js";
import { formatAddress, formatDate, formatPhone, formatTime, subtitles } from "../format.js";
import { loaded, loadPast } from "../parts.js";
import { reasonList } from "./candidate.js";
import { openForm } from "./open.js";
import { keyValues } from "./values.js";

const TEXTS = ["account_number", "birth_date", "gender", "party_type", "additional_information"];

/**
 * Show a profile, and associate it with the contact.
 * @param {App} app @param {ProfileView} view
 */
export function profileView(app, view) {
  const { t, store } = app;
  const { profile, back, reasons } = view;
  const { contact, associated, cleared, scopes, aliases } = store.state;
  const isMerged = aliases.has(profile.profile_id);
  const label = back && backText(app, view, back);
  const isAssociated = contact && associated?.profile_id === profile.profile_id;
  const edit = () => openForm(app, { name: "edit", profile, back: view });
  return [
    label && button(["‹ ", label], () => show(app, back), { class: "link" }),
    h(
      "div",
      { class: "title" },
      heading(named(nameFor(app, profile))),
      isAssociated && badge(t.text("isAssociated")),
      scopes.has("profiles:edit") && button(t.text("edit"), edit, { class: "end" }),
      subtitles(profile).map((text) => hint(isolated(text))),
    ),
    isMerged ? loaded.past?.mergedHint(app, view) : profile.merged_into && hint(t.text("wasMerged")),
    reasonList(app, reasons),
    contact && !isAssociated && !cleared && !isMerged && association(app, view),
    facts(app, profile),
    keyValues(app, view),
    attributes(app, profile),
    end(app, view),
    h("small", { class: "muted" }, t.text("updated", { time: formatTime(profile.updated_at, t.language) })),
  ];
}

/** @param {App} app @param {ProfileView} view */
function end(app, view) {
  if (loaded.past) return loaded.past.profileEnd(app, view);
  const place = h("div", {});
  const load = () => loadPast().then(({ profileEnd }) => place.replaceWith(...profileEnd(app, view)));
  // First, the profile is shown.
  setTimeout(() => load().catch((error) => report(app, error, load)));
  return place;
}

/**
 * Return the text of the way back; none if all matches were merged into the profile.
 * @param {App} app @param {ProfileView} view @param {Results | DuplicatesView} back
 */
function backText({ t, store }, { profile }, { outcome, items, next_cursor }) {
  if (outcome !== "unique") return t.text("back");
  const others = new Set(items.map((item) => store.livingId(item.profile)));
  others.delete(store.livingId(profile));
  return others.size > 0 && t.text("otherMatches", { count: t.profiles(others.size, next_cursor) });
}

/** @param {App} app @param {ProfileView} view */
function association(app, view) {
  const { t, store } = app;
  if (view.confirming) return confirmation(app, view);
  const ask = () => show(app, { ...view, confirming: true, focus: "confirm" });
  const label = t.text(store.state.associated ? "associateInstead" : "associate");
  return button(label, ask, { class: "primary", "data-focus": "associate" });
}

/** @param {App} app @param {ProfileView} view */
function confirmation(app, view) {
  const { t } = app;
  const cancel = () => show(app, { ...view, confirming: false, focus: "associate" });
  return question(
    t.parts("confirmQuestion", { name: named(nameFor(app, view.profile)) }),
    button(t.text("confirm"), () => associate(app, view), { class: "primary", "data-focus": "confirm" }),
    button(t.text("cancel"), cancel),
  );
}

/** @param {App} app @param {Profile} profile */
function facts({ t, store }, profile) {
  const { language } = t;
  /** @param {unknown} value @param {string | null} type */
  const entry = (value, type) => {
    const label = type && (t.name("types", type.toLowerCase()) ?? type);
    return [isolated(value), label && muted(" ", isolated(label))];
  };
  const fields = /** @type {Record<string, any>} */ (profile);
  return definitions([
    [
      t.field("phone_numbers"),
      profile.phone_numbers.map((phone) => entry(formatPhone(phone, store.state.region), phone.type)),
    ],
    [t.field("email_addresses"), profile.email_addresses.map(({ type, value }) => entry(value, type))],
    [t.field("addresses"), profile.addresses.map((address) => entry(formatAddress(address), address.type))],
    ...TEXTS.filter((name) => fields[name]).map((name) => {
      const text = name === "birth_date" ? formatDate(fields[name], language) : fields[name];
      return /** @type {[string, Node[]]} */ ([t.field(name), [isolated(text)]]);
    }),
  ]);
}

/** @param {[unknown, unknown[]][]} rows names with their values; names without a value are left out */
function definitions(rows) {
  const filled = rows.filter(([, values]) => values.length > 0);
  if (filled.length === 0) return null;
  return h(
    "dl",
    {},
    filled.map(([name, values]) => [h("dt", {}, name), values.map((value) => h("dd", {}, value))]),
  );
}

/** @param {App} app @param {Profile} profile */
function attributes({ t }, profile) {
  const entries = Object.entries(profile.attributes);
  const list = definitions(entries.map(([name, value]) => [isolated(name), [isolated(value)]]));
  return list && h("details", { open: entries.length < 7 }, h("summary", {}, t.field("attributes")), list);
}
