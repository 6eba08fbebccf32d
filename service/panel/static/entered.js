// What an agent has entered for a customer who has a profile already.

/**
 * Return the form in which values are compared.
 * @param {unknown} value
 */
export const plainForm = (value) =>
  String(value ?? "")
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s\p{P}\p{S}]/gu, "");

/**
 * Return the digits of a number, without zeros at its beginning, which some notations do not have.
 * @param {unknown} value
 */
const digits = (value) => plainForm(value).replace(/\D/g, "").replace(/^0+/, "");

/**
 * Return whether a profile has everything that was entered into a form, in any notation. Labels do not count.
 * @param {Profile} profile @param {Fields} fields without empty ones
 */
export function hasEntered(profile, fields) {
  const has = /** @type {Record<string, any>} */ (profile);
  return Object.entries(fields).every(([name, value]) => {
    if (Array.isArray(value))
      return value.every(({ type, ...row }) =>
        has[name].some((/** @type {any} */ item) =>
          name === "phone_numbers" ? isSameNumber(row, item) : hasMembers(row, item),
        ),
      );
    if (name === "keys")
      return Object.entries(/** @type {Record<string, string[]>} */ (value)).every(([key, values]) => {
        // A mask can hide another value.
        const isMask = (/** @type {string} */ each) => each.startsWith("****");
        const known = (has.keys[key] ?? []).map(
          (/** @type {string} */ each) => !isMask(each) && plainForm(each),
        );
        return values.every((each) => known.includes(plainForm(each)));
      });
    if (name === "attributes") return hasMembers(/** @type {Row} */ (value), has.attributes);
    return plainForm(has[name]) === plainForm(value);
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
  Object.entries(row).every(([member, value]) => plainForm(item[member]) === plainForm(value));
