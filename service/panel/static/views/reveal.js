const REVEALED_FOR = 30_000;

/** The timers of the values that are shown. @type {WeakMap<HTMLElement, ReturnType<typeof setTimeout>>} */
const timers = new WeakMap();

/**
 * Show the values of a sensitive search key for a while, or hide them again.
 * @param {App} app @param {Profile} profile @param {string} key @param {string} label
 * @param {HTMLButtonElement} toggle @param {(values: readonly string[]) => void} fill
 */
export async function toggleValues(app, profile, key, label, toggle, fill) {
  /** @param {string[] | null} values */
  const set = (values) => {
    clearTimeout(timers.get(toggle));
    if (values) {
      timers.set(
        toggle,
        setTimeout(() => set(null), REVEALED_FOR),
      );
    } else timers.delete(toggle);
    fill(values ?? profile.keys[key] ?? []);
    const text = app.t.text(values ? "hide" : "reveal");
    toggle.textContent = text;
    toggle.setAttribute("aria-label", `${text}: ${label}`);
  };
  set(timers.has(toggle) ? null : (await app.service.reveal(profile.profile_id, key)).values);
}
