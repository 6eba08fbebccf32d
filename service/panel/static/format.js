import { clean } from "./text.js";

/** Names in these scripts begin with the family name. */
export const EAST_ASIAN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** The country calling code of an international number, and its national number (ITU-T E.164). */
const COUNTRY = /^\+(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})(\d{4,})$/;
/** The groups of national numbers. In Japan, the area code of other numbers has 1 to 4 digits. */
const GROUPS = /** @type {Record<string, RegExp>} */ ({
  1: /^(\d{3})(\d{3})(\d{4})$/,
  33: /^(\d)(\d\d)(\d\d)(\d\d)(\d\d)$/,
  44: /^(7\d{3})(\d{6})$/,
  81: /^(120)(\d{3})(\d{3})$|^(800)(\d{3})(\d{4})$|^(20|[5789]0|[36])(\d{4})(\d{4})$|^(\d{5})(\d{4})$/,
  82: /^(10|2)(\d{3,4})(\d{4})$/,
});
const TYPED = /^[+(]?\d+(?:[-. ()]+\d+)+$/;

/**
 * Return the person's name in the order of its language, or the company's name.
 * @param {Pick<Profile, "first_name" | "middle_name" | "last_name" | "business_name">} profile
 */
export function nameOf({ first_name, middle_name, last_name, business_name }) {
  const parts = [first_name, middle_name, last_name];
  if (EAST_ASIAN.test(parts.join(""))) parts.unshift(parts.pop() ?? null);
  return clean(parts.filter(Boolean).join(" ") || business_name);
}

/**
 * Return the reading of the person's name, and the company beside the person.
 * @param {Profile} profile
 */
export function subtitles(profile) {
  const {
    first_name,
    last_name,
    business_name,
    phonetic_first_name: first,
    phonetic_last_name: last,
  } = profile;
  const reading = nameOf({ first_name: first, middle_name: null, last_name: last, business_name: null });
  return [reading, first_name || last_name ? clean(business_name) : ""].filter(Boolean);
}

/**
 * Return a phone number in groups of digits: those in which it was typed, or those of its country.
 * @param {{ value?: string, e164?: string | null | undefined }} number @param {string} language
 */
export function formatPhone({ value = "", e164 }, language) {
  const [, country = "", national = ""] = COUNTRY.exec(e164 ?? "") ?? [];
  if (!country) return clean(value || e164);
  const groups = typedGroups(value, national) ?? GROUPS[country]?.exec(national)?.slice(1).filter(Boolean);
  const text = groups ? groups.join("-") : national.replace(/(?<=\d\d)(?=(?:\d{3})*\d{4}$)/g, " ");
  return (country === "81" && language === "ja" ? "0" : `+${country} `) + text;
}

/** @param {string} value @param {string} national */
function typedGroups(value, national) {
  const groups = TYPED.test(value) ? value.split(/\D+/).filter(Boolean) : [];
  while (groups.length > 1) {
    const digits = groups.join("");
    if (digits === national) return groups;
    if (digits === `0${national}`) return groups.join("-").slice(1).split("-").filter(Boolean);
    groups.shift();
  }
  return null;
}

/** @param {string} time @param {string} language */
export function formatTime(time, language) {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(
    new Date(time),
  );
}

/**
 * Return a date such as 1980-04-01 in the format of the language, and any other text unchanged.
 * @param {string} date @param {string} language
 */
export function formatDate(date, language) {
  const time = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(time)) return clean(date);
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" }).format(time);
}
