// What an agent has entered for a customer who has a profile already.

/** @param {unknown} value */
const plain = (value) =>
  String(value ?? "")
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s\p{P}\p{S}]/gu, "");

/** @param {unknown} value the digits without those that only a part of the notations has */
const digits = (value) => plain(value).replace(/\D/g, "").replace(/^0+/, "");

/**
 * Return whether a profile has everything that was entered into a form, in any notation. Labels do not count.
 * @param {Profile} profile @param {Fields} fields without empty ones
 */
export function hasEntered(profile, fields) {
  const has = /** @type {Record<string, any>} */ (profile);
  return Object.entries(fields).every(([name, value]) => {
    if (Array.isArray(value))
      return value.every((row) =>
        has[name].some((/** @type {any} */ item) =>
          name === "phone_numbers" ? isSameNumber(row, item) : hasMembers(row, item),
        ),
      );
    if (name === "keys")
      return Object.entries(/** @type {Record<string, string[]>} */ (value)).every(([key, values]) => {
        // A mask can hide another value.
        const isMask = (/** @type {string} */ each) => each.startsWith("****");
        const known = (has.keys[key] ?? []).map((/** @type {string} */ each) => !isMask(each) && plain(each));
        return values.every((each) => known.includes(plain(each)));
      });
    if (name === "attributes") return hasMembers(/** @type {Row} */ (value), has.attributes);
    return plain(has[name]) === plain(value);
  });
}

/**
 * Return whether the entered number is the other one. It can lack the country code.
 * @param {Row} row @param {Profile["phone_numbers"][number]} number
 */
function isSameNumber(row, number) {
  const entered = digits(row.value);
  return entered.length > 6 && digits(number.e164 ?? number.value).endsWith(entered);
}

/** @param {Row} row @param {Record<string, unknown>} item */
const hasMembers = (row, item) =>
  Object.entries(row).every(([member, value]) => member === "type" || plain(item[member]) === plain(value));
