/** @param {unknown} one @param {unknown} other */
export function isEqual(one, other) {
  return JSON.stringify(normal(one)) === JSON.stringify(normal(other));
}

/**
 * Return the value with sorted members, without empty and computed ones.
 * @param {unknown} value
 * @returns {unknown}
 */
function normal(value) {
  if (Array.isArray(value)) return value.map(normal);
  if (!value || typeof value !== "object") return value || null;
  const entries = Object.entries(value).filter(
    ([name, member]) => member !== null && member !== "" && name !== "e164",
  );
  return entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, normal(member)]);
}

/**
 * Return the body of a creation: the fields that are not empty.
 * @param {Fields} fields
 */
export function withoutEmpty(fields) {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => {
      return value && (typeof value !== "object" || Object.keys(value).length > 0);
    }),
  );
}

/**
 * Return the merge patch that changes a profile to the fields of a form.
 * @param {Profile} base @param {Fields} fields
 * @returns {Fields}
 */
export function patchOf(base, fields) {
  /** @type {Fields} */
  const patch = {};
  for (const [name, value] of Object.entries(fields)) {
    const old = /** @type {Fields} */ (base)[name];
    if (isEqual(old, value)) continue;
    if (name === "attributes")
      patch[name] = patchMembers(/** @type {Fields} */ (old), /** @type {Fields} */ (value));
    else
      patch[name] = name === "phone_numbers" ? keepParsed(base, /** @type {Row[]} */ (value)) : value || null;
  }
  return patch;
}

/** @param {Fields} old @param {Fields} value */
function patchMembers(old, value) {
  const removed = Object.keys(old).filter((name) => !(name in value));
  const changed = Object.entries(value).filter(([name, member]) => old[name] !== member);
  return { ...Object.fromEntries(removed.map((name) => [name, null])), ...Object.fromEntries(changed) };
}

/**
 * Keep the parsed form of the phone numbers that did not change.
 * @param {Profile} base @param {Row[]} rows
 */
function keepParsed(base, rows) {
  return rows.map((row) => {
    const old = base.phone_numbers.find(({ value }) => value === row.value);
    return old ? { ...row, e164: old.e164 } : row;
  });
}

/**
 * Return the fields that others changed, each with whether the patch changes it too.
 * @param {Profile} base @param {Profile} latest @param {Fields} patch
 * @returns {{ name: string, before: unknown, theirs: unknown, mine: unknown, both: boolean }[]}
 */
export function changesOf(base, latest, patch) {
  const [old, now] = /** @type {Fields[]} */ ([base, latest]);
  const fixed = ["profile_id", "version", "created_at", "updated_at", "merged_into"];
  return Object.keys(latest)
    .filter((name) => !fixed.includes(name) && !isEqual(old?.[name], now?.[name]))
    .map((name) => {
      const both = name in patch && !isEqual(now?.[name], mergedField(name, now?.[name], patch));
      return {
        name,
        before: old?.[name],
        theirs: now?.[name],
        mine: mergedField(name, old?.[name], patch),
        both,
      };
    });
}

/**
 * Return whether a profile has all values of a patch already.
 * @param {Profile} profile @param {Fields} patch
 */
export function isApplied(profile, patch) {
  const fields = /** @type {Fields} */ (profile);
  return Object.keys(patch).every((name) => isEqual(fields[name], mergedField(name, fields[name], patch)));
}

/** @param {string} name @param {unknown} value @param {Fields} patch */
function mergedField(name, value, patch) {
  if (!["attributes", "keys"].includes(name)) return patch[name];
  const members = Object.entries({
    .../** @type {Fields} */ (value),
    .../** @type {Fields} */ (patch[name]),
  });
  return Object.fromEntries(members.filter(([, member]) => member !== null));
}
