import { nameFor, openCandidate, refine, search, showMore } from "../actions.js";
import { button, h, heading, isolated } from "../dom.js";
import { businessOf, readingOf } from "../format.js";
import { reasonList, summary } from "./candidate.js";
import { criterionForm } from "./criterion.js";
import { openCreation } from "./search.js";

/**
 * Show the profiles that a match or a search found.
 * @param {App} app @param {Results} results
 */
export function resultsView(app, results) {
  const { t } = app;
  const { items, criteria, source, truncated } = results;
  const count = items.length > 0 && h("span", { class: "count" }, t.profiles(items.length, results.nextCursor !== null));
  return [
    heading(title(app, results), count),
    chips(app, results),
    items.length === 0 && empty(app, results),
    truncated && h("p", { class: "hint" }, t.text("truncated")),
    items.length > 1 && narrowing(app, results),
    h("ol", { class: "candidates" }, items.map((item, index) => row(app, results, item, index))),
    results.nextCursor && button(t.text("more"), () => showMore(app, results), { class: "more" }),
    source === "match" && criteria.length === 0 && items.length === 0 && creation(app, criteria),
    source === "search" && creation(app, criteria),
  ];
}

/** @param {App} app @param {Results} results */
function title({ t }, { source, items }) {
  if (source === "match") return t.text(items.length > 0 ? "severalMatch" : "noMatch");
  return t.text(items.length > 0 ? "searchResults" : "noResult");
}

/** @param {App} app @param {Results} results */
function chips(app, results) {
  const { t, store } = app;
  const { criteria, source } = results;
  if (criteria.length === 0) return null;
  return h(
    "ul",
    { class: "chips" },
    criteria.map((criterion) => {
      const definition = store.state.searchKeys.find(({ name }) => name === criterion.key);
      const value = definition?.sensitive ? "••••" : (criterion.values[0] ?? "");
      const key = t.searchKey(store.state.searchKeys, criterion.key);
      const rest = criteria.filter((other) => other !== criterion);
      const label = t.text("removeCriterion", { key, value });
      const canRemove = rest.length > 0 || source === "match";
      const remove = button("×", () => refine(app, results, rest), { "aria-label": label });
      return h("li", {}, h("span", { class: "key" }, isolated(key), " "), isolated(value), canRemove && remove);
    }),
  );
}

/** @param {App} app @param {Results} results */
function empty(app, { source, criteria, outcome }) {
  const { t } = app;
  if (criteria.length > (source === "match" ? 0 : 1)) {
    const searchAll = () => search(app, criteria.slice(-1));
    return [h("p", { class: "hint" }, t.text("narrowNone")), button(t.text("searchAll"), searchAll)];
  }
  if (source === "search") return h("p", { class: "hint" }, t.text("noResultHint"));
  return h("p", { class: "hint" }, t.text(outcome === "withheld" ? "withheldHint" : "noMatchHint"));
}

/** @param {App} app @param {Results} results */
function narrowing(app, results) {
  const { t } = app;
  /** @param {Criterion} criterion */
  const submit = (criterion) => refine(app, results, [...results.criteria, criterion]);
  const used = results.criteria.map(({ key }) => key);
  const form = criterionForm(app, { label: t.text("narrow"), submit, isOffered: ({ name }) => !used.includes(name) });
  return h("section", { class: "narrow", "aria-label": t.text("narrowTitle") }, h("h3", {}, t.text("narrowTitle")), form.element);
}

/** @param {App} app @param {Results} results @param {Candidate} candidate @param {number} index */
function row(app, results, candidate, index) {
  const { profile, matched_on } = candidate;
  const focus = `item-${index}`;
  const reading = readingOf(profile);
  const business = businessOf(profile);
  const isAssociated = app.store.state.associated?.profile_id === profile.profile_id;
  const open = () => openCandidate(app, candidate, { ...results, focus });
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", class: "candidate", onclick: open, "data-focus": focus, "data-profile-id": profile.profile_id },
      h("span", { class: "name" }, isolated(nameFor(app, profile))),
      reading && h("span", { class: "reading" }, isolated(reading)),
      business && h("span", { class: "reading" }, isolated(business)),
      isAssociated && h("span", { class: "badge" }, app.t.text("isAssociated")),
      h("span", { class: "facts" }, summary(app, candidate)),
    ),
    reasonList(app, matched_on),
  );
}

/** @param {App} app @param {Criterion[]} criteria */
function creation(app, criteria) {
  if (!app.store.state.scopes.has("profiles:create")) return null;
  return button(app.t.text("createProfile"), () => openCreation(app, criteria), { class: "create-profile" });
}
