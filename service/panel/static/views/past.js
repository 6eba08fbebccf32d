import { report } from "../actions.js";
import { badge, button, h, icon, isolated, muted } from "../dom.js";
import { formatTime } from "../format.js";
import { mergeButtons } from "./merging/entry.js";

export { mergedHint } from "./merging/entry.js";

/**
 * The section of each profile, so that a profile that is rendered again does not load it again.
 * @type {WeakMap<Profile, { section: HTMLElement, associated: Profile | null }>}
 */
const cache = new WeakMap();

/**
 * Return what follows the fields of a profile.
 * @param {App} app @param {ProfileView} view
 */
export function profileEnd(app, view) {
  return [pastContacts(app, view.profile), mergeButtons(app, view)];
}

/**
 * Show the past contacts of a profile. They load after the profile is shown.
 * @param {App} app @param {Profile} profile
 */
function pastContacts(app, profile) {
  const { associated } = app.store.state;
  const cached = cache.get(profile);
  if (cached && cached.associated === associated) return cached.section;
  const section = load(app, profile);
  cache.set(profile, { section, associated });
  return section;
}

/** @param {App} app @param {Profile} profile */
function load(app, profile) {
  const { t } = app;
  const list = h("ul", {});
  const more = button(t.text("more"), () => next(), { hidden: true });
  const none = h("p", { class: "muted", hidden: true }, t.text("noPastContacts"));
  /** @type {string | null} */
  let cursor = null;
  const next = async () => {
    try {
      const page = await app.service.pastContacts(profile.profile_id, cursor);
      const items = page.items.map((contact) => item(app, contact));
      list.append(...items);
      if (cursor) items[0]?.focus();
      cursor = page.next_cursor;
      more.hidden = cursor === null;
      none.hidden = list.children.length > 0;
    } catch (error) {
      if (list.isConnected) report(app, error, next);
    }
  };
  next();
  return h("section", {}, h("h3", {}, t.text("pastContacts")), list, none, more);
}

/** @param {App} app @param {PastContact} contact */
function item({ t, store }, { contact_id, channel, created_at, cleared_at, association }) {
  const isCurrent = contact_id === store.state.contact?.contact_id;
  const agent = association?.agent_id;
  return h(
    "li",
    { class: "line", tabindex: -1 },
    icon(channel ?? "task"),
    channel && t.channel(channel),
    h("time", { datetime: created_at }, formatTime(created_at, t.language)),
    agent && muted(t.parts("agent", { agent: isolated(agent) })),
    !cleared_at && badge(t.text(isCurrent ? "thisContact" : "open")),
  );
}
