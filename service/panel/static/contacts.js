import { nameFor, report, run, showResult, toResults } from "./actions.js";
import { Problem } from "./client.js";
import { formatPhone } from "./format.js";
import { clean } from "./text.js";

/** The views that stay open when a contact arrives or ends. */
export const FORMS = ["create", "edit", "conflict"];

/** The state of a contact that has just begun or ended. @type {Partial<State>} */
const NEW = { associated: null, afterContactWork: false, clearing: false, notice: null };

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
  return [app.t.channel(contact.channel), detailsOf(app, contact)[0]].filter(Boolean).join(" ");
}

/**
 * Match a new contact and show the result.
 * @param {App} app @param {IncomingContact} contact @param {AbortSignal} signal
 */
export async function receive(app, contact, signal) {
  const { store } = app;
  /** @type {View} */
  const matching = { name: "matching" };
  // A form stays open until the agent leaves it, and so does what the agent opens while the match is slow.
  const change = FORMS.includes(store.state.view.name)
    ? { waiting: matching }
    : { view: matching, waiting: null };
  store.set({ ...NEW, contact, ...change });
  /** @param {View} view */
  const offer = (view) => store.set(store.state.view === matching ? { view } : { waiting: view });
  try {
    const match = await app.service.match(contact, [], null, signal);
    const associated = await readAssociated(app, match);
    if (signal.aborted) return;
    const candidates = match.candidates.map(({ profile, matched_on }) => {
      return { profile_id: profile.profile_id, tiers: matched_on.map(({ tier }) => tier) };
    });
    app.emit("profile-matched", { contact_id: contact.contact_id, outcome: match.outcome, candidates });
    // A withheld number is a word such as "anonymous", which is neither shown nor stored as a number.
    const shown = match.outcome === "withheld" ? { ...contact, phone_number: null, withheld: true } : contact;
    const announcement = `${describe(app, shown)}: ${resultText(app, match, associated)}`;
    store.set({ contact: shown, associated, announcement });
    offer(firstView(match, associated));
  } catch (error) {
    if (signal.aborted) return;
    offer({ name: "failed", retry: () => receive(app, contact, signal) });
    report(app, error);
  }
}

/** @param {App} app @param {Match} match */
async function readAssociated({ service }, match) {
  const id = match.association?.profile_id;
  const candidate = match.candidates.find(({ profile }) => profile.profile_id === id);
  return !id || candidate
    ? (candidate?.profile ?? null)
    : service.profile(id).catch(unless("profile_not_found"));
}

/**
 * Return a handler that ignores one problem.
 * @param {string} code
 * @returns {(error: unknown) => null}
 */
function unless(code) {
  return (error) => {
    if (error instanceof Problem && error.code === code) return null;
    throw error;
  };
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
  return run(app, async () => {
    const { contact } = app.store.state;
    if (!contact) return;
    await app.service.associate(contact, view.profile.profile_id);
    setAssociated(app, contact, view.profile);
    if (!isCurrent(app, contact)) return;
    const done = app.t.text("associatedWith", { name: nameFor(app, view.profile) });
    showResult(app, view, { ...view, confirming: false }, done);
  });
}

/**
 * Note that a contact is associated with a profile.
 * @param {App} app @param {IncomingContact} contact @param {Profile} associated
 */
export function setAssociated(app, contact, associated) {
  const { contact_id } = contact;
  app.emit("profile-associated", { contact_id, profile_id: associated.profile_id });
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
  return run(app, async () => {
    const { contact } = app.store.state;
    if (!contact) return;
    await app.service.disassociate(contact).catch(unless("association_not_found"));
    if (isCurrent(app, contact)) app.store.set({ associated: null, announcement: app.t.text("undone") });
  });
}

/**
 * Clear the contact: only its current association remains.
 * @param {App} app
 */
export function clear(app) {
  return run(app, async () => {
    const { contact } = app.store.state;
    if (!contact) return;
    await app.service.clear(contact);
    app.emit("contact-cleared", { contact_id: contact.contact_id });
    if (!isCurrent(app, contact)) return;
    leave(app);
    app.store.set({ announcement: app.t.text("cleared") });
  });
}

/**
 * Show that there is no contact. A form stays open.
 * @param {App} app
 */
export function leave({ store }) {
  /** @type {View} */
  const idle = { name: "idle", focus: "heading" };
  store.set({
    ...NEW,
    contact: null,
    waiting: null,
    ...(FORMS.includes(store.state.view.name) ? {} : { view: idle }),
  });
}
