import { h, isolated } from "../dom.js";
import { formatDate, formatPhone } from "../format.js";
import { clean } from "../text.js";

/**
 * Return the facts that tell people apart, in one line.
 * @param {App} app @param {Candidate} candidate
 */
export function summary({ t }, { profile }) {
  const [phone] = profile.phone_numbers;
  const [address] = profile.addresses;
  const place = [address?.province ?? address?.state, address?.city].filter(Boolean).join(" ");
  const facts = [
    phone && formatPhone(phone, t.language),
    profile.account_number,
    profile.birth_date && formatDate(profile.birth_date, t.language),
    profile.email_addresses[0]?.value,
    place,
  ];
  return facts.filter(Boolean).map((fact) => h("span", { class: "fact" }, isolated(fact)));
}

/**
 * Return why a profile was found, as a list.
 * @param {App} app @param {readonly Reason[]} reasons
 */
export function reasonList({ t, store }, reasons) {
  if (reasons.length === 0) return null;
  return h(
    "ul",
    { class: "reasons", "aria-label": t.text("matchedOn") },
    reasons.map(({ key, value, tier, shared }) => {
      const strength = ["unique", "exact"].includes(tier) ? "" : t.tier(tier);
      const notes = [strength, shared && t.text("shared")].filter(Boolean).join(", ");
      return h(
        "li",
        { class: shared ? "weak" : tier },
        h("span", { class: "key" }, isolated(t.searchKey(store.state.searchKeys, key)), " "),
        isolated(reasonValue(value, t.language)),
        notes && h("span", { class: "muted" }, ` (${notes})`),
      );
    }),
  );
}

/** @param {string} value @param {string} language */
export function reasonValue(value, language) {
  return /^\+\d{7,15}$/.test(value) ? formatPhone({ e164: value }, language) : clean(value);
}
