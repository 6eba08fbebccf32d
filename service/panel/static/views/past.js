import { report } from "../actions.js";
import { button, h, icon, isolated } from "../dom.js";
import { formatTime } from "../format.js";

/**
 * The section of each profile, so that a profile that is rendered again does not load it again.
 * @type {WeakMap<Profile, { section: HTMLElement, associated: Profile | null }>}
 */
const shown = new WeakMap();

/**
 * Show the past contacts of a profile. They load after the profile is shown.
 * @param {App} app @param {Profile} profile
 */
export function pastContacts(app, profile) {
  const { associated } = app.store.state;
  const last = shown.get(profile);
  if (last && last.associated === associated) return last.section;
  const section = load(app, profile);
  shown.set(profile, { section, associated });
  return section;
}

/** @param {App} app @param {Profile} profile */
function load(app, profile) {
  const { t } = app;
  const list = h("ul", {});
  const more = button(t.text("more"), () => next(), { class: "more", hidden: true });
  const none = h("p", { class: "muted", hidden: true }, t.text("noPastContacts"));
  /** @type {string | null} */
  let cursor = null;
  const next = async () => {
    try {
      const page = await app.service.pastContacts(profile.profile_id, cursor);
      const first = list.children.length;
      list.append(...page.items.map((contact) => item(app, contact)));
      cursor = page.next_cursor;
      if (more.matches(":focus")) /** @type {HTMLElement | undefined} */ (list.children[first])?.focus();
      more.hidden = cursor === null;
      none.hidden = list.children.length > 0;
    } catch (error) {
      report(app, error, next);
    }
  };
  next();
  return h("section", { class: "past", "aria-label": t.text("pastContacts") }, h("h3", {}, t.text("pastContacts")), list, none, more);
}

/** @param {App} app @param {PastContact} contact */
function item({ t, store }, { contact_id, channel, created_at, cleared_at, association }) {
  const isCurrent = contact_id === store.state.contact?.contact_id;
  const state = isCurrent ? t.text("thisContact") : cleared_at ? null : t.text("open");
  return h(
    "li",
    { tabindex: -1 },
    icon(channel ?? "task"),
    h("span", { class: "channel" }, channel && t.channel(channel)),
    h("time", { datetime: created_at }, formatTime(created_at, t.language)),
    association?.agent_id && h("span", { class: "muted" }, t.parts("agent", { agent: isolated(association.agent_id) })),
    state && h("span", { class: "badge" }, state),
  );
}
