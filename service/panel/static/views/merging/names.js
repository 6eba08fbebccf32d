import { isExpected, nameFor, unless } from "../../actions.js";

/** How many values a search takes. */
const MAX_VALUES = 10;

/**
 * The names of the profiles that the agent has merged, by the ID of the merge. The service returns their IDs only.
 * @type {WeakMap<App, Map<string, string>>}
 */
const known = new WeakMap();

/**
 * Note the name of the profile that the agent has merged, as long as the page is open.
 * @param {App} app @param {string} mergeId @param {string} name
 */
export function noteName(app, mergeId, name) {
  known.set(app, (known.get(app) ?? new Map()).set(mergeId, name));
}

/** @param {App} app @param {string} mergeId */
export const nameOfMerged = (app, mergeId) => known.get(app)?.get(mergeId);

/**
 * Return the names of profiles by their IDs, without those that cannot be read.
 * @param {App} app @param {readonly string[]} ids
 * @returns {Promise<ReadonlyMap<string, string>>}
 */
export async function readNames(app, ids) {
  /** @type {Map<string, string>} */
  const names = new Map();
  for (let start = 0; start < ids.length; start += MAX_VALUES) {
    const values = ids.slice(start, start + MAX_VALUES);
    const search = app.service.search([{ key: "profile_id", values }], null, new AbortController().signal);
    // The profiles can be opened without their names: a problem is not worth a message.
    const found = await search.catch(unless(isExpected));
    for (const { profile } of found?.items ?? []) names.set(profile.profile_id, nameFor(app, profile));
  }
  return names;
}
