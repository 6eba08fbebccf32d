import {
  attempt,
  changed,
  endTasks,
  isDraft,
  isSignIn,
  keptNotice,
  nameFor,
  report,
  run,
  showResult,
  toResults,
  unless,
} from "./actions.js";
import { formatPhone } from "./format.js";
import { loadRare, loadResults } from "./parts.js";
import { clean } from "./text.js";

/** The views that do not change while the agent fills them in. */
export const FORMS = ["create", "edit", "compare", "conflict"];

/** The state of a contact that has just begun or ended. @type {Partial<State>} */
const NEW = { associated: null, afterContactWork: false, clearing: false, cleared: false, merged: null };

/**
 * Return what a contact brought to identify the customer, formatted.
 * @param {App} app @param {IncomingContact} contact
 */
export function detailsOf({ t, store }, { phone_number, email_address, name, withheld }) {
  const phone = withheld
    ? t.text("withheld")
    : phone_number?.trim() &&
      formatPhone({ value: phone_number, e164: phone_number.trim() }, store.state.region);
  return [phone, email_address, name].map(clean).filter(Boolean);
}

/** @param {App} app @param {IncomingContact} contact */
export function describe(app, contact) {
  const { channel, contact_id } = contact;
  return channel
    ? [app.t.channel(channel), detailsOf(app, contact)[0]].filter(Boolean).join(" ")
    : contact_id;
}

/**
 * Match a new contact and show the result.
 * @param {App} app @param {IncomingContact} contact @param {AbortSignal} signal
 */
export async function receive(app, contact, signal) {
  const { store } = app;
  const { view: now } = store.state;
  /** @type {View} */
  const matching = { name: "matching" };
  // The agent may have compared for a while, and can merge without a choice.
  if (now.name === "compare") changed.add(now);
  // A form that the agent fills in stays open, and so does what the agent opens while the match is slow.
  const change = isDraft(now) ? { waiting: matching } : { view: matching, waiting: null };
  store.state.opening?.abort();
  const start = isCurrent(app, contact) ? {} : NEW;
  store.set({ ...start, contact, notice: keptNotice(store.state), ...change });
  // The agent can have opened the match that waits.
  /** @param {View} view */
  const offer = (view) => store.set(store.state.view.name === "matching" ? { view } : { waiting: view });
  try {
    const match = await app.service.match(contact, [], null, signal, true).catch(async (error) => {
      if (error.code !== "invalid_request") throw error;
      const { matchWithoutAttributes } = await loadRare();
      return matchWithoutAttributes(app, contact, error, signal);
    });
    const rare = match.association && (await loadRare());
    const associated = (await rare?.readAssociated(app, match)) ?? null;
    const cleared = app.cleared.has(contact.contact_id);
    const view = firstView(match, associated);
    if (view.name !== "profile" || view.back) await loadResults();
    if (signal.aborted) return;
    const candidates = match.candidates.map(({ profile, matched_on }) => {
      return { profile_id: profile.profile_id, tiers: matched_on.map(({ tier }) => tier) };
    });
    app.emit("profile-matched", { contact_id: contact.contact_id, outcome: match.outcome, candidates });
    // A withheld number is a word such as "anonymous", which is neither shown nor stored as a number.
    const shown = match.outcome === "withheld" ? { ...contact, phone_number: null, withheld: true } : contact;
    const announcement = `${describe(app, shown)}: ${resultText(app, match, associated)}`;
    store.set({ contact: shown, associated, cleared, announcement });
    offer(view);
  } catch (error) {
    if (signal.aborted) return;
    offer({ name: "failed", retry: isSignIn(error) ? null : app.reload });
    report(app, error);
  }
}

/**
 * @param {Match} match @param {Profile | null} associated
 * @returns {View}
 */
function firstView(match, associated) {
  const results = toResults(match, []);
  const [best] = match.candidates;
  const profile = associated ?? (match.outcome === "unique" ? best?.profile : null);
  if (!profile) return results;
  const found = match.candidates.find((candidate) => candidate.profile === profile);
  return {
    name: "profile",
    profile,
    reasons: found?.matched_on ?? [],
    back: match.candidates.length > 1 ? results : null,
  };
}

/** @param {App} app @param {Match} match @param {Profile | null} associated */
function resultText(app, { candidates: [best, ...others], outcome, next_cursor }, associated) {
  const { t } = app;
  if (associated) return t.text("associatedWith", { name: nameFor(app, associated) });
  if (!best) return t.text("noMatch");
  const name = nameFor(app, best.profile);
  if (outcome === "unique") return t.text("oneMatches", { name });
  if (others.length === 0) return `${t.text("onePossible")}: ${name}`;
  return `${t.text("severalMatch")} (${t.profiles(others.length + 1, next_cursor)})`;
}

/**
 * Associate the contact with a profile that the agent confirmed.
 * @param {App} app @param {ProfileView} view
 */
export function associate(app, view) {
  const { contact } = app.store.state;
  if (!contact) return undefined;
  const name = nameFor(app, view.profile);
  const action = async () => {
    const { merged_into: target } = await app.service.associate(contact, view.profile.profile_id);
    // Others have merged the profile meanwhile.
    const profile = target ? await app.service.profile(view.profile.profile_id) : view.profile;
    setAssociated(app, contact, profile);
    if (!isCurrent(app, contact)) return;
    const done = app.t.text("associatedWith", { name: nameFor(app, profile) });
    showResult(app, view, { ...view, profile, confirming: false }, done);
  };
  const about = app.t.text("associateTask", { name, contact: describe(app, contact) });
  return run(app, action, { contact, kind: "association", about });
}

/**
 * Note that a contact is associated with a profile.
 * @param {App} app @param {IncomingContact} contact @param {Profile} associated
 */
export function setAssociated(app, contact, associated) {
  const { contact_id } = contact;
  app.emit("profile-associated", { contact_id, profile_id: associated.profile_id });
  endTasks(app, contact, "association");
  if (isCurrent(app, contact)) app.store.set({ associated, clearing: false });
}

/**
 * Return whether no other contact has arrived meanwhile.
 * @param {App} app @param {IncomingContact} contact
 */
export function isCurrent({ store }, { contact_id }) {
  return store.state.contact?.contact_id === contact_id;
}

/** @param {App} app */
export function undo(app) {
  const { contact, associated } = app.store.state;
  if (!contact || !associated) return undefined;
  const { contact_id } = contact;
  const action = async () => {
    await app.service.disassociate(contact).catch(unless(({ code }) => code === "association_not_found"));
    app.emit("profile-disassociated", { contact_id, profile_id: associated.profile_id });
    if (isCurrent(app, contact)) app.store.set({ associated: null, announcement: app.t.text("undone") });
  };
  const about = app.t.text("undoTask", { contact: describe(app, contact) });
  return run(app, action, { contact, kind: "association", about });
}

/**
 * Clear a contact: only its current association remains. Throw the problem if that fails.
 * @param {App} app @param {IncomingContact} contact
 */
export function clear(app, contact) {
  const { contact_id } = contact;
  const action = async () => {
    await app.service.clear(contact);
    app.cleared.add(contact_id);
    app.emit("contact-cleared", { contact_id });
    endTasks(app, contact);
    if (!isCurrent(app, contact)) return;
    leave(app);
    app.store.set({ announcement: app.t.text("cleared") });
  };
  const about = `${app.t.text("clear")}: ${describe(app, contact)}`;
  return attempt(app, action, { contact, kind: "clear", about });
}

/**
 * Show that there is no contact. A form stays open.
 * @param {App} app
 */
export function leave({ store }) {
  store.state.opening?.abort();
  /** @type {View} */
  const idle = { name: "idle", focus: "heading" };
  store.set({
    ...NEW,
    contact: null,
    waiting: null,
    notice: keptNotice(store.state),
    ...(FORMS.includes(store.state.view.name) ? {} : { view: idle }),
  });
}
