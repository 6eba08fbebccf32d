// Imitates the part of Amazon Connect Streams that the adapter uses, as its Documentation.md describes it:
// contacts of one agent, and the events that the contact control panel causes.

class Contact {
  #callbacks = { missed: [], acw: [], destroy: [] };

  constructor(data) {
    this.data = data;
    this.state = "connecting";
  }

  getContactId = () => this.data.contactId;
  getType = () => this.data.type;
  getStatus = () => ({ type: this.state, timestamp: new Date() });
  getAttributes = () => this.data.attributes ?? {};
  getCustomerEndpoint = () => (this.data.emailAddress ? { emailAddress: this.data.emailAddress } : null);
  getInitialConnection() {
    const { phoneNumber, customerName } = this.data;
    const connection = { getEndpoint: () => (phoneNumber ? { type: "phone_number", phoneNumber } : null) };
    // Only the connections of chats have this method.
    return this.data.type === "chat"
      ? { ...connection, getParticipantName: () => customerName ?? null }
      : connection;
  }
  onMissed = (callback) => this.#callbacks.missed.push(callback);
  onACW = (callback) => this.#callbacks.acw.push(callback);
  onDestroy = (callback) => this.#callbacks.destroy.push(callback);

  emit(event, state) {
    this.state = state;
    for (const callback of this.#callbacks[event]) callback(this);
  }
}

const contacts = new Map();
const onContact = [];
const onView = [];

window.connect = {
  contact: (callback) => onContact.push(callback),
  core: { initCCP() {}, onViewContact: (callback) => onView.push(callback) },
};

window.agent = {
  ring(data) {
    const contact = new Contact(data);
    contacts.set(data.contactId, contact);
    for (const callback of onContact) callback(contact);
  },
  view(contactId) {
    for (const callback of onView) callback({ contactId });
  },
  miss: (contactId) => contacts.get(contactId).emit("missed", "missed"),
  hangUp: (contactId) => contacts.get(contactId).emit("acw", "ended"),
  clear: (contactId) => contacts.get(contactId).emit("destroy", "ended"),
};
