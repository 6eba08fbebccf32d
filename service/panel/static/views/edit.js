import { nameFor, showResult } from "../actions.js";
import { updateProfile } from "../changes.js";
import { Problem } from "../client.js";
import { isApplied, patchOf } from "../diff.js";
import { isolated } from "../dom.js";
import { follow } from "../follow.js";
import { profileFields } from "./fields.js";
import { filledInFields, patchOfKeys } from "./filled-in.js";
import { profileForm } from "./form.js";

/**
 * Show the form that changes a profile.
 * @param {App} app @param {Extract<View, { name: "edit" }>} view
 */
export function editView(app, { profile, back, entered }) {
  const { t } = app;
  const filledIn = entered && filledInFields(app, profile, entered);
  return profileForm(app, {
    title: [t.text("edit"), ": ", isolated(nameFor(app, profile))],
    intro: filledIn?.element,
    fields: filledIn?.fields ?? profileFields(app, profile, false),
    label: t.text("save"),
    submit: ({ keys, ...values }) =>
      save(app, back, profile, { ...patchOf(profile, values), ...patchOfKeys(profile, keys) }),
    back,
  });
}

/**
 * Send a patch. If the profile has changed since `base`, show what changed.
 * @param {App} app @param {ProfileView} back @param {Profile} base @param {Fields} patch
 */
export async function save(app, back, base, patch) {
  const { service, store } = app;
  const { view: from } = store.state;
  /** @type {View} */
  let view = back;
  if (Object.keys(patch).length > 0) {
    /** @param {Profile} profile */
    const finish = (profile) => {
      follow(app, [base.profile_id], profile);
      view = { ...back, profile };
    };
    try {
      finish(await updateProfile(service, base.profile_id, patch, base.version));
    } catch (error) {
      if (!(error instanceof Problem && error.code === "version_conflict")) throw error;
      const latest = await service.profile(base.profile_id);
      // A repeated request may find its own change.
      if (error.repeated && isApplied(latest, patch)) finish(latest);
      else {
        // Others may have merged the profile into another one.
        follow(app, [base.profile_id], latest);
        view = { name: "conflict", base, latest, patch, back };
      }
    }
  }
  showResult(app, from, view, app.t.text(view.name === "conflict" ? "conflict" : "saved"));
  return "";
}
