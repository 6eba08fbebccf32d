// What few contacts need.
import { emitProblem, unless } from "./actions.js";

/**
 * Match a contact without its attributes if the service has rejected them: one wrong search key in a flow of
 * Amazon Connect must not hide the customers of all calls.
 * @param {App} app @param {IncomingContact} contact @param {import("./client.js").Problem} problem
 * @param {AbortSignal} signal
 */
export function matchWithoutAttributes(app, contact, problem, signal) {
  /** @type {{ pointer: string }[]} */
  const errors = problem.members.errors ?? [];
  if (errors.length === 0 || !errors.every(({ pointer }) => pointer.startsWith("/attributes"))) throw problem;
  console.error("profile-lookup-panel: the contact is matched without its attributes.", errors);
  emitProblem(app, problem, false);
  return app.service.match({ ...contact, attributes: null }, [], null, signal, true);
}

/**
 * Return the profile that the contact is associated with, and note whether the contact is cleared.
 * @param {App} app @param {Match} match
 * @returns {Promise<Profile | null>}
 */
export async function readAssociated({ service, cleared }, { contact_id, association, candidates }) {
  const id = association?.profile_id ?? "";
  const candidate = candidates.find(({ profile }) => profile.profile_id === id);
  const none = unless(({ code }) => code === "profile_not_found");
  const [profile, contact] = await Promise.all([
    candidate?.profile ?? service.profile(id).catch(none),
    service.contact(contact_id),
  ]);
  if (contact.cleared_at) cleared.add(contact_id);
  return profile ?? null;
}
