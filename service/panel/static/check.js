const ID = /^(?!search$)[A-Za-z0-9_.:-]{1,128}$/;
const CHANNELS = ["voice", "chat", "task", "email", "queue_callback", "callback"];

/**
 * Return an error if the service would not accept the contact.
 * @param {any} contact
 */
export function contactError(contact) {
  if (contact === null || contact === undefined) return null;
  const { contact_id, channel } = contact;
  if (typeof contact_id !== "string" || !ID.test(contact_id)) {
    return new TypeError("contact_id must be 1 to 128 of A-Z, a-z, 0-9, _ . : -, and not `search`");
  }
  if (CHANNELS.some((name) => name === channel || name.toUpperCase() === channel)) return null;
  return new TypeError(`channel must be one of ${CHANNELS.join(", ")}`);
}
