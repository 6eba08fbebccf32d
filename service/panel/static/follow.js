/**
 * Note a profile as it is now, if the contact is associated with it. The association follows a merge, so it can
 * have been made with another ID.
 * @param {App} app @param {string[]} ids the IDs of profiles that were merged into it
 * @param {Profile} profile
 */
export function follow({ store }, ids, profile) {
  const { associated } = store.state;
  if (associated && [profile.profile_id, ...ids].includes(associated.profile_id))
    store.set({ associated: profile });
}
