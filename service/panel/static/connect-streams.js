// Shows the contacts of Amazon Connect Streams in a panel:
// https://github.com/amazon-connect/amazon-connect-streams/blob/master/Documentation.md

/**
 * The part of Streams that is used here.
 * @typedef {{ getEndpoint(): { phoneNumber: string | null } | null, getParticipantName?(): string | null }} Connection
 * @typedef {object} StreamsContact
 * @property {() => string} getContactId
 * @property {() => string} getType `voice`, `queue_callback`, `chat`, `task` or `email`
 * @property {() => { type: string }} getStatus
 * @property {() => Connection | null} getInitialConnection
 * @property {() => { emailAddress?: string | null } | null} getCustomerEndpoint
 * @property {() => Record<string, { name: string, value: string }> | null} getAttributes
 * @property {(callback: () => void) => unknown} onMissed
 * @property {(callback: () => void) => unknown} onACW
 * @property {(callback: () => void) => unknown} onDestroy
 * @typedef {object} Streams
 * @property {(callback: (contact: StreamsContact) => void) => unknown} contact
 * @property {{ onViewContact(callback: (event: { contactId: string }) => void): unknown }} core
 */

/**
 * Return what the panel needs to know about a contact.
 * @param {StreamsContact} contact
 * @returns {IncomingContact}
 */
export function toContact(contact) {
  const type = contact.getType();
  const connection = contact.getInitialConnection();
  // Null while a supervisor monitors the contact.
  const attributes = contact.getAttributes() ?? {};
  const isCall = type === "voice" || type === "queue_callback";
  return {
    contact_id: contact.getContactId(),
    channel: type,
    phone_number: (isCall && connection?.getEndpoint()?.phoneNumber) || null,
    email_address: contact.getCustomerEndpoint()?.emailAddress ?? attributes.email?.value ?? null,
    name: connection?.getParticipantName?.() ?? null,
    attributes,
  };
}

/**
 * Show each contact as soon as it rings, and the one that the agent selects in the contact control panel.
 * @param {Streams} streams the global object `connect`, after `connect.core.initCCP`
 * @param {import("./panel.js").ProfileLookupPanel} panel
 */
export function showContacts(streams, panel) {
  /** @type {Map<string, StreamsContact>} */
  const contacts = new Map();
  const isShown = (/** @type {string} */ id) => panel.contact?.contact_id === id;
  const show = (/** @type {StreamsContact} */ contact) => {
    panel.contact = toContact(contact);
    if (contact.getStatus().type === "ended") panel.endContact();
  };
  // Streams also calls this for the contacts that the agent had before the page was loaded.
  streams.contact((contact) => {
    const id = contact.getContactId();
    const leave = (/** @type {() => unknown} */ end) => {
      contacts.delete(id);
      if (isShown(id)) end();
    };
    contacts.set(id, contact);
    if (!panel.contact) show(contact);
    contact.onACW(() => isShown(id) && panel.endContact());
    contact.onMissed(() => leave(() => (panel.contact = null)));
    // If that fails, the agent sees why, and can try again.
    contact.onDestroy(() => leave(() => panel.clearContact(id).catch(() => {})));
  });
  streams.core.onViewContact(({ contactId }) => {
    const contact = contacts.get(contactId);
    if (contact && !isShown(contactId)) show(contact);
  });
}
