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
 * Return a phone number in groups of digits: those in which it was typed, or those of its country. The service
 * reads the text as the same number, because only numbers of its default region have no country code.
 * @param {{ value?: string, e164?: string | null | undefined }} number @param {string} [region]
 */
export function formatPhone({ value = "", e164 }, region) {
  const [, country = "", national = ""] = COUNTRY.exec(e164 ?? "") ?? [];
  if (!country) return clean(value || e164);
  const groups = typedGroups(value, national) ?? GROUPS[country]?.exec(national)?.slice(1).filter(Boolean);
  const text = groups ? groups.join("-") : national.replace(/(?<=\d\d)(?=(?:\d{3})*\d{4}$)/g, " ");
  return (country === "81" && region === "JP" ? "0" : `+${country} `) + text;
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

const JAPAN = /^(日本|japan|jpn?)$/i;

/**
 * Return an address in the order of its country.
 * @param {Profile["addresses"][number]} address
 */
export function formatAddress({ postal_code: code, province, state, county, city, country, ...lines }) {
  const street = [lines.address_1, lines.address_2, lines.address_3, lines.address_4].filter(Boolean);
  const area = [province, state, county].filter(Boolean);
  if (EAST_ASIAN.test([...area, city, ...street].join(""))) {
    // In Japanese and Chinese, the parts follow each other without a blank.
    const [first, ...rest] = street;
    const isKorean = /\p{Script=Hangul}/u.test(`${city}${street}`);
    const place = [...area, city, first].filter(Boolean).join(isKorean ? " " : "");
    const isJapan = !country || JAPAN.test(country);
    const mark = isJapan && /^\d{3}-?\d{4}$/.test(code ?? "") ? "〒" : "";
    return [!isJapan && country, code && mark + code, place, ...rest].filter(Boolean).join(" ");
  }
  // After the state, as in the US, or after the city if it begins with a letter, as in the UK.
  const isLast = area.length > 0 || /^[A-Z]/i.test(code ?? "");
  const place = [city, ...area].filter(Boolean).join(", ");
  const town = (isLast ? [place, code] : [code, place]).filter(Boolean).join(" ");
  return [...street, town, country].filter(Boolean).join(", ");
}

/**
 * Return a mask with the same number of signs for each length of a value.
 * @param {string} value
 */
export const shortMask = (value) => value.replace(/^\*{4,}/, "••••");

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
