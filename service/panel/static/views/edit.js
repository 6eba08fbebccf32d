import { show } from "../actions.js";
import { Problem } from "../client.js";
import { isApplied, patchOf } from "../diff.js";
import { profileFields } from "./fields.js";
import { profileForm } from "./form.js";

/**
 * Show the form that changes a profile.
 * @param {App} app @param {Extract<View, { name: "edit" }>} view
 */
export function editView(app, view) {
  const { t } = app;
  const { profile, back } = view;
  const fields = profileFields(app, profile, { keys: false });
  return profileForm(app, {
    title: t.text("editTitle"),
    fields,
    label: t.text("save"),
    submit: (values) => save(app, back, profile, patchOf(profile, values)),
    cancel: () => show(app, back),
  });
}

/**
 * Send a patch. If the profile has changed since `base`, show what changed.
 * @param {App} app @param {ProfileView} back @param {Profile} base @param {Fields} patch
 */
export async function save(app, back, base, patch) {
  /** @param {Profile} profile */
  const finish = (profile) => {
    const { associated } = app.store.state;
    if (associated?.profile_id === profile.profile_id) app.store.set({ associated: profile });
    show(app, { ...back, profile }, app.t.text("saved"));
  };
  if (Object.keys(patch).length === 0) return show(app, back);
  try {
    finish(await app.service.update(base.profile_id, patch, base.version));
  } catch (error) {
    if (!(error instanceof Problem && error.code === "version_conflict")) throw error;
    const latest = await app.service.profile(base.profile_id);
    // A repeated request may find its own change.
    if (error.repeated && isApplied(latest, patch)) finish(latest);
    else show(app, { name: "conflict", base, latest, patch, back });
  }
}
