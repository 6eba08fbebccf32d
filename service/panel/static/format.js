import { clean } from "./text.js";

const EAST_ASIAN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const TYPED_GROUPS = /^[+(]?\d+(?:[-. ()]+\d+)+$/;

/** National numbers by country calling code: a pattern, the groups of digits, and the separator. */
const GROUPS = [
  ["1", /^\d{10}$/, [3, 3, 4], "-"],
  ["7", /^\d{10}$/, [3, 3, 2, 2], "-"],
  ["81", /^(?:[57-9]0\d{8}|20\d{8})$/, [2, 4, 4], "-"],
  ["81", /^[36]\d{8}$/, [1, 4, 4], "-"],
  ["81", /^(?:120|800\d)\d{6}$/, [3, 3, 4], "-"],
  ["81", /^\d{9}$/, [5, 4], "-"], // the length of the area code differs
  ["82", /^10\d{8}$/, [2, 4, 4], "-"],
  ["33", /^\d{9}$/, [1, 2, 2, 2, 2], " "],
  ["44", /^7\d{9}$/, [4, 6], " "],
  ["86", /^1\d{10}$/, [3, 4, 4], " "],
];
const TWO_DIGITS =
  /^(?:2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;

/**
 * Return the person's name in the order of its language.
 * @param {Pick<Profile, "first_name" | "middle_name" | "last_name" | "business_name">} profile
 */
export function nameOf({ first_name, middle_name, last_name, business_name }) {
  const parts = [first_name, middle_name, last_name];
  if (EAST_ASIAN.test(parts.join(""))) parts.unshift(/** @type {string} */ (parts.pop()));
  return clean(parts.filter(Boolean).join(" ") || business_name);
}

/** @param {Pick<Profile, "phonetic_first_name" | "phonetic_last_name">} profile */
export function readingOf({ phonetic_first_name: first, phonetic_last_name: last }) {
  const parts = EAST_ASIAN.test(`${first}${last}`) ? [last, first] : [first, last];
  return clean(parts.filter(Boolean).join(" "));
}

/** @param {Profile} profile */
export function businessOf({ first_name, last_name, business_name }) {
  return first_name || last_name ? clean(business_name) : "";
}

/**
 * Return the first and the last name in a full name.
 * @param {string} name
 * @returns {{ first_name: string, last_name?: string }}
 */
export function splitName(name) {
  const [last, first] = name.split(/[,、，]/).map((part) => part.trim());
  if (last && first) return { first_name: first, last_name: last };
  const words = name.trim().split(/\s+/);
  if (words.length === 1) return { first_name: words[0] ?? "" };
  const lastName = /** @type {string} */ (EAST_ASIAN.test(name) ? words.shift() : words.pop());
  return { first_name: words.join(" "), last_name: lastName };
}

/**
 * Return a phone number in groups of digits.
 * @param {{ value?: string, e164?: string | null }} number @param {string} language
 */
export function formatPhone({ value = "", e164 }, language) {
  const digits = /^\+(\d{7,15})$/.exec(e164 ?? "")?.[1];
  if (!digits) return clean(value || e164);
  const length = /^[17]/.test(digits) ? 1 : TWO_DIGITS.test(digits) ? 2 : 3;
  const country = digits.slice(0, length);
  const national = digits.slice(length);
  const prefix = country === "81" && language === "ja" ? "0" : `+${country} `;
  const typed = typedGroups(value, national);
  if (typed) return prefix + typed;
  for (const [code, pattern, groups, separator] of /** @type {[string, RegExp, number[], string][]} */ (GROUPS)) {
    if (code === country && pattern.test(national)) return prefix + split(national, groups).join(separator);
  }
  return prefix + split(national, evenGroups(national.length)).join(" ");
}

/**
 * Return the national number in the groups in which it was typed, or null.
 * @param {string} value @param {string} national
 */
function typedGroups(value, national) {
  const groups = TYPED_GROUPS.test(value) ? value.split(/\D+/).filter(Boolean) : [];
  while (groups.length > 1) {
    const joined = groups.join("");
    if (joined === national || joined === `0${national}`) {
      return groups.join("-").slice(joined.length - national.length);
    }
    groups.shift();
  }
  return null;
}

/** @param {number} length */
function evenGroups(length) {
  const groups = [];
  for (let rest = length; rest > 0; rest -= groups[0] ?? rest) {
    groups.unshift(groups.length === 0 ? Math.min(4, rest) : rest > 4 ? 3 : rest);
  }
  return groups;
}

/** @param {string} text @param {number[]} lengths */
function split(text, lengths) {
  let end = 0;
  return lengths.map((length) => text.slice(end, (end += length)));
}

/** @param {string} time @param {string} language */
export function formatTime(time, language) {
  const format = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  return format.format(new Date(time));
}

/**
 * Return a date such as 1980-04-01 in the format of the language, and any other text unchanged.
 * @param {string} date @param {string} language
 */
export function formatDate(date, language) {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(date) ? new Date(`${date}T00:00:00Z`) : null;
  if (!time || Number.isNaN(time.getTime())) return clean(date);
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" }).format(time);
}
