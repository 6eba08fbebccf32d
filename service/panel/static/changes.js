// The operations of the service that forms use.
import { pathOf } from "./service.js";

/** @typedef {import("./service.js").Service} Service */

/**
 * Create a profile, and associate the contact with it if there is one.
 * @param {Service} service @param {Fields} body @param {IncomingContact | null} contact
 * @param {string} idempotencyKey @param {"warn" | "reject"} onDuplicate
 * @returns {Promise<Profile>}
 */
export function createProfile(service, body, contact, idempotencyKey, onDuplicate) {
  const path = contact
    ? `${pathOf(contact.contact_id, "profile")}?channel=${encodeURIComponent(contact.channel)}&`
    : "/profiles?";
  return service.send("POST", `${path}on_duplicate=${onDuplicate}`, { body, idempotencyKey });
}

/**
 * @param {Service} service @param {string} id @param {Fields} body @param {number} version
 * @returns {Promise<Profile>}
 */
export function updateProfile(service, id, body, version) {
  return service.send("PATCH", `/profiles/${id}`, { body, version });
}

/**
 * @param {Service} service @param {string} id @param {string} key @param {string} value
 * @returns {Promise<Profile>}
 */
export function addValue(service, id, key, value) {
  return service.send("POST", `/profiles/${id}/keys`, { body: { key, values: [value] } });
}

/**
 * @param {Service} service @param {string} id @param {string} key @param {string} value
 * @returns {Promise<Profile>}
 */
export function releaseValue(service, id, key, value) {
  return service.send("POST", `/profiles/${id}/keys/release`, { body: { key, values: [value] } });
}
