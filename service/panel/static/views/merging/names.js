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
