// The operations of the service that find, merge and restore profiles.

/** @typedef {import("../../service.js").Service} Service */

const PAGE = 20;

/** @param {string} path @param {string | null} cursor */
const page = (path, cursor) =>
  `${path}?limit=${PAGE}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`;

/**
 * @param {Service} service @param {string} id @param {string | null} cursor
 * @returns {Promise<Page<Duplicate> & { truncated: boolean }>}
 */
export function readDuplicates(service, id, cursor) {
  return service.send("GET", page(`/profiles/${id}/duplicates`, cursor));
}

/**
 * @param {Service} service @param {string} id @param {string | null} cursor
 * @returns {Promise<Page<Merge>>}
 */
export function readMerges(service, id, cursor) {
  return service.send("GET", page(`/profiles/${id}/merges`, cursor));
}

/**
 * Merge a profile into the target, if the target has not changed.
 * @param {Service} service @param {Profile} target @param {Fields} body @param {string} idempotencyKey
 * @returns {Promise<MergedProfile>}
 */
export function mergeProfiles(service, { profile_id, version }, body, idempotencyKey) {
  return service.send("POST", `/profiles/${profile_id}/merge`, { body, version, idempotencyKey });
}

/** @param {Service} service @param {string} mergeId @returns {Promise<MergedProfile>} */
export function undoMerge(service, mergeId) {
  return service.send("POST", `/merges/${mergeId}/undo`);
}
