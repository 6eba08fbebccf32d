import { nameFor, show } from "../actions.js";
import { associated } from "../contacts.js";
import { h, newId } from "../dom.js";
import { withoutEmpty } from "../diff.js";
import { profileFields } from "./fields.js";
import { profileForm } from "./form.js";

/**
 * Show the form for a new profile.
 * @param {App} app @param {Extract<View, { name: "create" }>} view
 */
export function createView(app, view) {
  const { t, store } = app;
  const hasKeys = store.state.searchKeys.some(({ built_in }) => !built_in);
  const fields = profileFields(app, view.fields, { keys: hasKeys });
  const current = h("input", { type: "checkbox", id: newId(), name: "current_customer" });
  current.checked = view.contact !== null;
  const extra = h("div", { class: "check" }, current, h("label", { for: current.id }, t.text("currentCustomer")));
  const sent = { body: "", key: "" };
  /** @param {Fields} values */
  const submit = async (values) => {
    const contact = current.checked ? view.contact : null;
    if (contact && contact.contact_id !== store.state.contact?.contact_id) {
      current.checked = false;
      current.disabled = true;
      store.set({ announcement: t.text("contactEnded") });
      extra.append(h("p", { class: "hint" }, t.text("contactEnded")));
      return;
    }
    const body = withoutEmpty(values);
    // A repeated request has the same key, so that it creates no second profile.
    const text = JSON.stringify([body, contact]);
    if (sent.body !== text) Object.assign(sent, { body: text, key: randomKey() });
    const profile = await app.service.create(body, contact, sent.key);
    app.emit("profile-created", { contact_id: contact?.contact_id ?? null, profile_id: profile.profile_id });
    if (contact) associated(app, contact, profile);
    const done = contact ? t.text("associatedWith", { name: nameFor(app, profile) }) : "";
    show(app, { name: "profile", profile, reasons: [], back: null }, `${t.text("created")} ${done}`);
  };
  return profileForm(app, {
    title: t.text("createTitle"),
    hint: t.text("nameRule"),
    fields,
    extra: view.contact ? extra : null,
    label: t.text("create"),
    submit,
    cancel: () => show(app, view.back),
  });
}

/** Return a random key. Unlike `randomUUID`, this works without HTTPS too. */
function randomKey() {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(16)).join("-");
}
