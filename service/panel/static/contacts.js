import { nameFor, report, run, show, toResults } from "./actions.js";
import { Problem } from "./client.js";
import { formatPhone } from "./format.js";
import { clean } from "./text.js";

/** The views that stay open when a contact arrives or ends. */
export const FORMS = ["create", "edit", "conflict"];

/**
 * Describe a contact: its channel, and the number or name that it brought.
 * @param {App} app @param {IncomingContact} contact
 */
export function describe({ t }, { channel, phone_number, email_address, name }) {
  const phone = phone_number?.trim();
  const number = phone && formatPhone({ value: phone, e164: phone }, t.language);
  return [t.channel(channel), clean(number || email_address || name)].filter(Boolean).join(" ");
}

/**
 * Match a new contact and show the result.
 * @param {App} app @param {IncomingContact} contact @param {AbortSignal} signal
 */
export async function receive(app, contact, signal) {
  const { store } = app;
  /** @type {View} */
  const matching = { name: "matching" };
  // A form stays open until the agent leaves it.
  const change = FORMS.includes(store.state.view.name) ? { waiting: matching } : { view: matching, waiting: null };
  store.set({ contact, associated: null, afterContactWork: false, clearing: false, notice: null, ...change });
  /** @param {View} view */
  const offer = (view) => store.set(store.state.view === matching ? { view } : { waiting: view });
  try {
    const match = await app.service.match(contact, [], null, signal);
    const associated = await readAssociated(app, match, signal);
    if (signal.aborted) return;
    const candidates = match.candidates.map(({ profile, matched_on }) => {
      return { profile_id: profile.profile_id, tiers: matched_on.map(({ tier }) => tier) };
    });
    app.emit("profile-matched", { contact_id: contact.contact_id, outcome: match.outcome, candidates });
    store.set({ associated, announcement: announce(app, contact, match, associated) });
    offer(firstView(match, associated));
  } catch (error) {
    if (signal.aborted) return;
    const retry = () => receive(app, contact, signal);
    report(app, error, retry);
    offer({ name: "failed", retry });
  }
}

/** @param {App} app @param {Match} match @param {AbortSignal} signal */
async function readAssociated({ service }, match, signal) {
  const id = match.association?.profile_id;
  const candidate = match.candidates.find(({ profile }) => profile.profile_id === id);
  if (!id || candidate || signal.aborted) return candidate?.profile ?? null;
  return service.profile(id).catch((/** @type {unknown} */ error) => {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  });
}

/**
 * @param {Match} match @param {Profile | null} associated
 * @returns {View}
 */
function firstView(match, associated) {
  const results = toResults(match, []);
  const [best] = match.candidates;
  const back = match.candidates.length > 1 ? results : null;
  if (associated) {
    const reasons = match.candidates.find(({ profile }) => profile.profile_id === associated.profile_id)?.matched_on;
    return { name: "profile", profile: associated, reasons: reasons ?? [], back };
  }
  if (!best || match.outcome !== "unique") return results;
  return { name: "profile", profile: best.profile, reasons: best.matched_on, back };
}

/**
 * @param {App} app @param {IncomingContact} incoming @param {Match} match @param {Profile | null} associated
 */
function announce(app, incoming, { candidates, outcome, next_cursor }, associated) {
  const { t } = app;
  const contact = describe(app, incoming);
  const [best] = candidates;
  if (associated) return t.text("arrivedAssociated", { contact, name: nameFor(app, associated) });
  if (!best) return t.text("arrivedNone", { contact });
  if (outcome === "unique") return t.text("arrivedOne", { contact, name: nameFor(app, best.profile) });
  return t.text("arrivedSeveral", { contact, count: t.profiles(candidates.length, next_cursor !== null) });
}

/**
 * Associate the contact with a profile that the agent confirmed.
 * @param {App} app @param {Extract<View, { name: "profile" }>} view
 */
export function associate(app, view) {
  return run(app, async () => {
    const { contact } = app.store.state;
    if (!contact) return;
    await app.service.associate(contact, view.profile.profile_id);
    associated(app, contact, view.profile);
    show(app, { ...view, confirming: false }, app.t.text("associatedWith", { name: nameFor(app, view.profile) }));
  });
}

/**
 * Note that a contact is associated with a profile.
 * @param {App} app @param {IncomingContact} contact @param {Profile} profile
 */
export function associated(app, contact, profile) {
  if (app.store.state.contact?.contact_id !== contact.contact_id) return;
  app.store.set({ associated: profile, clearing: false });
  app.emit("profile-associated", { contact_id: contact.contact_id, profile_id: profile.profile_id });
}

/** @param {App} app */
export function undo(app) {
  return run(app, async () => {
    const { contact } = app.store.state;
    if (!contact) return;
    await app.service.disassociate(contact).catch((/** @type {unknown} */ error) => {
      if (!(error instanceof Problem && error.code === "association_not_found")) throw error;
    });
    app.store.set({ associated: null, announcement: app.t.text("undone") });
  });
}

/**
 * End the contact. Only its current association remains.
 * @param {App} app
 */
export function clear(app) {
  return run(app, async () => {
    const { contact } = app.store.state;
    if (!contact) return;
    await app.service.clear(contact);
    app.emit("contact-cleared", { contact_id: contact.contact_id });
    leave(app);
    app.store.set({ announcement: app.t.text("cleared") });
  });
}

/**
 * Show that there is no contact. A form stays open.
 * @param {App} app
 */
export function leave({ store }) {
  /** @type {Partial<State>} */
  const change = FORMS.includes(store.state.view.name) ? {} : { view: { name: "idle", focus: "heading" } };
  store.set({ contact: null, associated: null, afterContactWork: false, clearing: false, waiting: null, ...change });
}
