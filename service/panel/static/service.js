import { Client } from "./client.js";

const PAGE = 20;

/** @param {string} contactId @param {string} operation */
export const pathOf = (contactId, operation) => `/contacts/${encodeURIComponent(contactId)}/${operation}`;

/** The operations of the service that the panel uses. */
export class Service extends Client {
  /** @returns {Promise<{ scopes: string[] }>} */
  credential() {
    return this.send("GET", "/credential", { patient: true });
  }

  /** @returns {Promise<SearchKeys>} */
  searchKeys() {
    return this.send("GET", "/search-keys", { patient: true });
  }

  /**
   * @param {IncomingContact} contact @param {Criterion[]} criteria @param {string | null} cursor
   * @param {AbortSignal} signal @param {boolean} [patient]
   * @returns {Promise<Match>}
   */
  match(contact, criteria, cursor, signal, patient = false) {
    const { contact_id, channel, phone_number, email_address, name, attributes } = contact;
    const body = { channel, phone_number, email_address, name, attributes, criteria, cursor, limit: PAGE };
    return this.send("POST", pathOf(contact_id, "match"), { body, signal, patient });
  }

  /**
   * @param {Criterion[]} criteria @param {string | null} cursor @param {AbortSignal} signal
   * @returns {Promise<Found>}
   */
  search(criteria, cursor, signal) {
    const body = { criteria, operator: "and", cursor, limit: PAGE };
    return this.send("POST", "/profiles/search", { body, signal });
  }

  /**
   * Return the profiles with a value that begins with the text.
   * @param {string} key @param {string} text @param {AbortSignal} signal @param {number} [limit]
   * @returns {Promise<Found>}
   */
  complete(key, text, signal, limit = PAGE) {
    const body = { criteria: [{ key, values: [text] }], mode: "prefix", limit };
    return this.send("POST", "/profiles/search", { body, signal });
  }

  /** @param {string} id @returns {Promise<Profile>} */
  profile(id) {
    return this.send("GET", `/profiles/${id}`);
  }

  /**
   * @param {string} id @param {string | null} cursor
   * @returns {Promise<Page<PastContact>>}
   */
  pastContacts(id, cursor) {
    const query = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
    return this.send("GET", `/profiles/${id}/contacts?limit=5${query}`);
  }

  /** @param {string} id @param {string} key @returns {Promise<{ values: string[] }>} */
  reveal(id, key) {
    return this.send("POST", `/profiles/${id}/reveal`, { body: { key } });
  }

  /** @param {string} id @returns {Promise<PastContact>} */
  contact(id) {
    return this.send("GET", `/contacts/${encodeURIComponent(id)}`);
  }

  /** @param {IncomingContact} contact @param {string} profileId @returns {Promise<Association>} */
  associate({ contact_id, channel }, profileId) {
    const body = { profile_id: profileId, channel };
    return this.send("PUT", pathOf(contact_id, "association"), { body });
  }

  /** @param {IncomingContact} contact @returns {Promise<unknown>} */
  disassociate({ contact_id }) {
    return this.send("DELETE", pathOf(contact_id, "association"));
  }

  /** @param {IncomingContact} contact @returns {Promise<unknown>} */
  clear({ contact_id }) {
    return this.send("POST", pathOf(contact_id, "clear"));
  }
}
