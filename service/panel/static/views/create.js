import { changed, nameFor, run, show, showResult } from "../actions.js";
import { createProfile } from "../changes.js";
import { Problem } from "../client.js";
import { describe, isCurrent, setAssociated } from "../contacts.js";
import { withoutEmpty } from "../diff.js";
import { h, newId } from "../dom.js";
import { hasEntered } from "../entered.js";
import { prefill } from "../prefill.js";
import { duplicatesBox } from "./duplicates.js";
import { profileFields } from "./fields.js";
import { profileForm } from "./form.js";

/**
 * Show the form for a new profile.
 * @param {App} app @param {Extract<View, { name: "create" }>} view
 */
export function createView(app, view) {
  const { t, store } = app;
  const { searchKeys } = store.state;
  const hasKeys = searchKeys.some(({ built_in }) => !built_in);
  const fields = profileFields(app, prefill(view.contact, view.criteria, searchKeys), hasKeys);
  const current = h("input", { type: "checkbox", id: newId(), name: "current_customer" });
  current.checked = view.contact !== null;
  const note = h("span", { class: "muted", role: "status" });
  const extra = h(
    "p",
    { class: "check" },
    current,
    h("label", { for: current.id }, t.text("currentCustomer")),
    note,
  );
  const end = () => {
    if (!view.contact || (isCurrent(app, view.contact) && !store.state.cleared)) return false;
    note.textContent = t.text("contactEnded");
    current.checked = false;
    current.disabled = true;
    return true;
  };
  // It stays when the language of the panel changes.
  if (view.contact && !end()) store.subscribe(end, true);
  /**
   * @param {Profile} profile @param {IncomingContact | null} contact @param {string} done
   * @param {boolean} [isKept] whether the form is not saved yet
   */
  const finish = (profile, contact, done, isKept) => {
    if (contact) setAssociated(app, contact, profile);
    /** @type {View} */
    const next = { name: "profile", profile, reasons: [], back: null };
    if (isKept && store.state.view === view) show(app, next, done);
    else if (isKept) store.set({ announcement: done });
    else showResult(app, view, next, done);
  };
  /** @param {Profile} profile */
  const use = (profile) => {
    const name = nameFor(app, profile);
    const contact = current.checked && !end() ? view.contact : null;
    // What the profile does not have, such as a new number, would be lost.
    const isKept = !hasEntered(profile, withoutEmpty(fields.read()));
    if (isKept) changed.add(view);
    if (!contact) return finish(profile, null, name, isKept);
    const action = async () => {
      const { merged_into: target } = await app.service.associate(contact, profile.profile_id);
      // Others have merged the profile meanwhile.
      const associated = target ? await app.service.profile(target) : profile;
      finish(associated, contact, t.text("associatedWith", { name: nameFor(app, associated) }), isKept);
    };
    const about = t.text("associateTask", { name, contact: describe(app, contact) });
    return run(app, action, { contact, kind: "association", about });
  };
  const sent = { text: "", key: "" };
  // The request that the agent has confirmed, although there are possible duplicates.
  let confirmed = "";
  const duplicates = duplicatesBox(app, {
    use,
    create: () => {
      confirmed = sent.text;
      duplicates.element.closest("form")?.requestSubmit();
    },
  });
  /** @param {Fields} values */
  const submit = async (values) => {
    if (current.checked && end()) return t.text("contactEnded");
    const contact = current.checked ? view.contact : null;
    const body = withoutEmpty(values);
    // The same request has the same key if it is sent again, so that it creates no second profile.
    const text = JSON.stringify([body, contact]);
    if (sent.text !== text) Object.assign(sent, { text, key: randomKey() });
    duplicates.hide();
    const onDuplicate = confirmed === text ? "warn" : "reject";
    /** @type {Profile} */
    let profile;
    try {
      profile = await createProfile(app.service, body, contact, sent.key, onDuplicate);
    } catch (problem) {
      if (!(problem instanceof Problem && problem.code === "possible_duplicate")) throw problem;
      await duplicates.show(problem.members.possible_duplicates ?? []);
      return "";
    }
    app.emit("profile-created", { contact_id: contact?.contact_id ?? null, profile_id: profile.profile_id });
    const done = contact ? t.text("associatedWith", { name: nameFor(app, profile) }) : t.text("created");
    finish(profile, contact, done);
    return "";
  };
  return profileForm(app, {
    title: t.text("createProfile"),
    hint: t.text("nameRule"),
    fields,
    extra: [view.contact && extra, duplicates.element],
    label: t.text("create"),
    submit,
    back: view.back,
  });
}

/** Return a random key. Unlike `randomUUID`, this also works without HTTPS. */
function randomKey() {
  return crypto.getRandomValues(new Uint32Array(4)).join("-");
}
