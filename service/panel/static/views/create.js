import { changed, nameFor, run, show, showResult } from "../actions.js";
import { createProfile } from "../changes.js";
import { Problem } from "../client.js";
import { describe, isCurrent, setAssociated } from "../contacts.js";
import { withoutEmpty } from "../diff.js";
import { h, newId } from "../dom.js";
import { compareEntered } from "../entered.js";
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
  /** @param {Profile} profile */
  const use = (profile) => {
    const name = nameFor(app, profile);
    const contact = current.checked && !end() ? view.contact : null;
    const entered = withoutEmpty(fields.read());
    const keep = () => {
      // The profile of this customer is known, so the form must not move the contact to another one.
      current.checked = false;
    };
    if (!contact) return showUsed(app, view, profile, entered, name, keep);
    const action = async () => {
      const { merged_into: target } = await app.service.associate(contact, profile.profile_id);
      // Others have merged the profile meanwhile.
      const associated = target ? await app.service.profile(target) : profile;
      setAssociated(app, contact, associated);
      const done = t.text("associatedWith", { name: nameFor(app, associated) });
      showUsed(app, view, associated, entered, done, keep);
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
    if (contact) setAssociated(app, contact, profile);
    showResult(app, view, { name: "profile", profile, reasons: [], back: null }, done);
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

/**
 * Show the profile that the agent uses instead of a new one. If it lacks something that was entered, such as a new
 * number, show the form that adds it. Without the scope for that, the form for the new profile is kept.
 * @param {App} app @param {View} from @param {Profile} profile @param {Fields} entered
 * @param {string} done @param {() => void} keep is called if the form is kept
 */
function showUsed(app, from, profile, entered, done, keep) {
  const { store } = app;
  const { view: now, drafts, scopes } = store.state;
  /** @type {ProfileView} */
  const next = { name: "profile", profile, reasons: [], back: null };
  const { added, other } = compareEntered(profile, entered);
  if (Object.keys({ ...added, ...other }).length === 0) return showResult(app, from, next, done);
  const mayEdit = scopes.has("profiles:edit");
  /** @type {View} */
  const form = mayEdit ? { name: "edit", profile, back: next, entered, focus: "heading" } : from;
  changed.add(form);
  if (!mayEdit) keep();
  if (now === from) return show(app, mayEdit ? form : next, done, mayEdit);
  return store.set({ drafts: drafts.map((each) => (each === from ? form : each)), announcement: done });
}

/** Return a random key. Unlike `randomUUID`, this also works without HTTPS. */
function randomKey() {
  return crypto.getRandomValues(new Uint32Array(4)).join("-");
}
