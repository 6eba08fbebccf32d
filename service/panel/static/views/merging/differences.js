import { formOfKey, formOfList } from "./notations.js";

/** @typedef {{ field: string, name: string, isMember: boolean, target: unknown, source: unknown }} TextRow */
/** @typedef {"only" | "both" | "label"} Mark whether a value is in one profile only, in both, or in both with other labels */
/** @typedef {{ value: unknown, mark: Mark | null }} Item a value, and its mark, or null if it cannot be compared */
/** @typedef {{ field: string, name: string, isKey: boolean, target: Item[], source: Item[] }} ListRow */

const LISTS = ["phone_numbers", "email_addresses", "addresses"];
const FIXED = ["profile_id", "created_at", "updated_at", "merged_into"];

/**
 * Compare two profiles. Texts that one of them does not have are null.
 * @param {Profile} target @param {Profile} source @param {readonly SearchKey[]} searchKeys
 */
export function compareProfiles(target, source, searchKeys) {
  const texts = [...fieldRows(target, source), ...attributeRows(target, source)].filter(
    (row) => row.target || row.source,
  );
  const lists = listRows(target, source, searchKeys);
  const areSame = (/** @type {TextRow} */ row) => row.target === row.source;
  return {
    different: texts.filter((row) => !areSame(row)),
    united: lists.filter((row) => !isInBoth(row)),
    same: [...texts.filter(areSame), ...lists.filter(isInBoth)],
  };
}

/** @param {ListRow} row */
const isInBoth = ({ target, source }) => [...target, ...source].every(({ mark }) => mark === "both");

/**
 * Return whether the order decides what is first, or which label a value keeps.
 * @param {ListRow} row
 */
export const canOrder = ({ target, source }) =>
  target.length > 0 && source.some(({ mark }) => mark !== "both");

/**
 * Return whether both profiles have a value with other labels.
 * @param {ListRow} row
 */
export const hasOtherLabels = ({ target, source }) =>
  [...target, ...source].some(({ mark }) => mark === "label");

/**
 * @param {Profile} target @param {Profile} source
 * @returns {TextRow[]}
 */
function fieldRows(target, source) {
  const [one, other] = /** @type {Fields[]} */ ([target, source]);
  /** @param {unknown} value */
  const isText = (value) => typeof value === "string" || value === null;
  return Object.keys(target)
    .filter((name) => !FIXED.includes(name) && isText(one?.[name]))
    .map((name) => {
      return {
        field: name,
        name,
        isMember: false,
        target: one?.[name] ?? null,
        source: other?.[name] ?? null,
      };
    });
}

/**
 * @param {Profile} target @param {Profile} source
 * @returns {TextRow[]}
 */
function attributeRows({ attributes: one }, { attributes: other }) {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].map((name) => {
    const field = `attributes.${name}`;
    return { field, name, isMember: true, target: one[name] ?? null, source: other[name] ?? null };
  });
}

/**
 * @param {Profile} target @param {Profile} source @param {readonly SearchKey[]} searchKeys
 * @returns {ListRow[]}
 */
function listRows(target, source, searchKeys) {
  const [one, other] = /** @type {Record<string, unknown[]>[]} */ (/** @type {unknown} */ ([target, source]));
  const keys = new Set([...Object.keys(target.keys), ...Object.keys(source.keys)]);
  return [
    ...LISTS.map((name) => {
      const lists = split(one?.[name] ?? [], other?.[name] ?? [], formOfList(name));
      return { field: name, name, isKey: false, ...lists };
    }),
    ...[...keys].map((name) => {
      const key = searchKeys.find((each) => each.name === name);
      // The values of a sensitive search key are masks: equal ones can hide different values.
      const form = key?.sensitive ? null : formOfKey(key);
      const lists = split(target.keys[name] ?? [], source.keys[name] ?? [], form);
      return { field: `keys.${name}`, name, isKey: true, ...lists };
    }),
  ].filter((row) => row.target.length + row.source.length > 0);
}

/**
 * @param {readonly unknown[]} target @param {readonly unknown[]} source
 * @param {import("./notations.js").Form | null} form
 */
function split(target, source, form) {
  /** @param {readonly unknown[]} values @param {readonly unknown[]} others @returns {Item[]} */
  const items = (values, others) => {
    const forms = form && others.map(form);
    return values.map((value) => {
      const own = form?.(value);
      const same = others.filter((_, index) => forms?.[index] === own);
      return { value, mark: forms && markOf(value, same) };
    });
  };
  return { target: items(target, source), source: items(source, target) };
}

/**
 * @param {any} value @param {any[]} same the same value in the other profile, perhaps with several labels
 * @returns {Mark}
 */
function markOf({ type }, same) {
  if (same.length === 0) return "only";
  return same.some((each) => each.type === type) ? "both" : "label";
}

/**
 * Return the side whose text is kept if the agent chooses none, as the service does.
 * @param {TextRow} row
 * @returns {Side}
 */
export const defaultSide = ({ target }) => (target === null ? "source" : "target");

/**
 * Return the choices as the service takes them: the IDs of the profiles by field, without what it does anyway.
 * @param {CompareView} view @param {ReturnType<typeof compareProfiles>} rows
 * @returns {Record<string, string>}
 */
export function chosenFields({ target, source, choices }, { different, united }) {
  const ids = { target: target.profile_id, source: source.profile_id };
  const defaults = [
    ...different.map((row) => /** @type {const} */ ([row.field, defaultSide(row)])),
    ...united.map(({ field }) => /** @type {const} */ ([field, "target"])),
  ];
  const fields = defaults.flatMap(([field, side]) => {
    const choice = choices[field] ?? side;
    return choice === side ? [] : [[field, ids[choice]]];
  });
  return Object.fromEntries(fields);
}

/**
 * Return whether the merged profile would have neither a first name nor a business name.
 * @param {CompareView} view
 */
export function isNameless({ target, source, choices }) {
  return ["first_name", "business_name"].every((field) => {
    const [one, other] = /** @type {Fields[]} */ ([target, source]).map((profile) => profile[field]);
    const side = choices[field] ?? (one ? "target" : "source");
    return !(side === "target" ? one : other);
  });
}

/**
 * Split a text into what it begins and ends with like another text, and what differs between.
 * @param {string} text @param {string} other
 * @returns {[start: string, different: string, end: string]}
 */
export function splitDifference(text, other) {
  const [one, two] = [[...text], [...other]];
  const shorter = Math.min(one.length, two.length);
  let start = 0;
  while (start < shorter && one[start] === two[start]) start++;
  let end = 0;
  while (end < shorter - start && one.at(-1 - end) === two.at(-1 - end)) end++;
  const middle = one.length - end;
  /** @param {number} from @param {number} to */
  const part = (from, to) => one.slice(from, to).join("");
  return [part(0, start), part(start, middle), part(middle, one.length)];
}
