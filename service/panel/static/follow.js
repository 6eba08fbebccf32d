/**
 * The profiles as they were changed last in this panel, by ID. Lists were read before.
 * @type {WeakMap<App["store"], Map<string, Profile>>}
 */
const latest = new WeakMap();

/**
 * Note a profile as it is now, if the contact is associated with it. The association follows a merge, so it can
 * have been made with another ID. Lists show the profile as it is now, too.
 * @param {App} app @param {string[]} ids the IDs of profiles that were merged into it
 * @param {Profile} profile
 */
export function follow({ store }, ids, profile) {
  const { associated } = store.state;
  noteLatest(store, profile);
  if (associated && [profile.profile_id, ...ids].includes(associated.profile_id))
    store.set({ associated: profile });
}

/** @param {App["store"]} store @param {Profile} profile */
export function noteLatest(store, profile) {
  latest.set(store, (latest.get(store) ?? new Map()).set(profile.profile_id, profile));
}

/**
 * Return the items of a list as they are now: a profile that was merged into another one of the list is left out.
 * @template {{ profile: Profile }} T
 * @param {App} app @param {readonly T[]} items
 * @returns {T[]}
 */
export function currentItems({ store }, items) {
  const listed = new Set(items.map(({ profile }) => profile.profile_id));
  return items
    .filter(({ profile }) => {
      const id = store.livingId(profile);
      return id === profile.profile_id || !listed.has(id);
    })
    .map((item) => {
      const now = latest.get(store)?.get(store.livingId(item.profile));
      return now && now.version > item.profile.version ? { ...item, profile: now } : item;
    });
}
