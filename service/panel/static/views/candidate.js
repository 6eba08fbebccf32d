import { h, isolated, muted } from "../dom.js";
import { formatDate, formatPhone, shortMask } from "../format.js";

/**
 * Return the facts that tell people apart, for one line.
 * @param {App} app @param {Profile} profile
 */
export function summary(
  { t, store },
  { phone_numbers: [phone], email_addresses: [email], addresses: [address], ...profile },
) {
  const facts = [
    phone && formatPhone(phone, store.state.region),
    profile.account_number,
    profile.birth_date && formatDate(profile.birth_date, t.language),
    email?.value,
    address?.city,
  ];
  return facts.filter(Boolean).map((fact) => h("span", { class: "fact" }, isolated(fact)));
}

/**
 * Return why a profile was found, as a list.
 * @param {App} app @param {readonly Reason[]} reasons
 */
export function reasonList({ t, store }, reasons) {
  const items = reasons.map(({ key, value, tier, shared }) => {
    const label = t.searchKey(store.state.searchKeys, key);
    const notes = [t.name("tiers", tier), shared && t.text("shared")].filter(Boolean).join(", ");
    // The value of a beginning or a name is a form that is only compared, such as "smithemily".
    const text =
      !["prefix", "full_name"].includes(tier) &&
      isolated(
        /^\+\d{7,15}$/.test(value) ? formatPhone({ e164: value }, store.state.region) : shortMask(value),
      );
    return h(
      "li",
      { class: shared ? "shared" : tier },
      muted(isolated(label), " "),
      text,
      notes && ` (${notes})`,
    );
  });
  return items.length > 0 && h("ul", { class: "chips reasons", "aria-label": t.text("matchedOn") }, items);
}
