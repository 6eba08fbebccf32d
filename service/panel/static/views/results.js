import { nameFor, openCandidate, search } from "../actions.js";
import { badge, button, h, heading, hint, isolated, muted, named } from "../dom.js";
import { currentItems } from "../follow.js";
import { subtitles } from "../format.js";
import { refine, showMore } from "../searching.js";
import { reasonList, summary } from "./candidate.js";
import { criterionForm } from "./criterion.js";
import { openCreation } from "./open.js";

export { find } from "../searching.js";

/**
 * Show the profiles that a match or a search found.
 * @param {App} app @param {Results} results
 */
export function resultsView(app, results) {
  const { t, store } = app;
  const { criteria, source, truncated, next_cursor } = results;
  const items = currentItems(app, results.items);
  const isNew = items.length === 0 || source !== "match";
  return [
    heading(
      title(app, results, items.length),
      items.length > (source === "match" ? 1 : 0) &&
        h("span", { class: "count" }, t.profiles(items.length, next_cursor || truncated)),
    ),
    h(
      "ul",
      { class: "chips criteria" },
      criteria.map((criterion) => chip(app, results, criterion)),
    ),
    items.length === 0 && nothing(app, results),
    truncated && hint(t.text(source === "prefix" ? "typeMore" : "truncated")),
    items.length > 1 && source !== "prefix" && narrowing(app, results),
    h(
      "ol",
      { class: "candidates" },
      items.map((item) => row(app, results, item)),
    ),
    next_cursor && button(t.text("more"), () => showMore(app, results)),
    isNew &&
      store.state.scopes.has("profiles:create") &&
      button(t.text("createProfile"), () => openCreation(app, criteria)),
  ];
}

/** @param {App} app @param {Results} results @param {number} count */
function title({ t }, { source, outcome }, count) {
  if (count > 0 && source === "search") return t.text("completions");
  if (count > 0) return t.text(count > 1 ? "severalMatch" : "onePossible");
  return t.text(outcome === "withheld" ? "withheld" : "noMatch");
}

/** @param {App} app @param {Results} results @param {Criterion} criterion */
function chip(app, results, criterion) {
  const { t, store } = app;
  const { searchKeys } = store.state;
  const key = searchKeys.find(({ name }) => name === criterion.key);
  const label = t.searchKey(searchKeys, criterion.key);
  const rest = results.criteria.filter((other) => other !== criterion);
  const remove = button("×", () => refine(app, results, rest), {
    class: "link",
    "aria-label": t.text("remove", { value: label }),
  });
  const value = key?.sensitive ? "••••" : criterion.values[0];
  const canRemove = rest.length > 0 || results.source === "match";
  return h("li", {}, muted(isolated(label), " "), isolated(value), canRemove && remove);
}

/** @param {App} app @param {Results} results */
function nothing(app, { source, criteria }) {
  const { t, store } = app;
  const mayCreate = store.state.scopes.has("profiles:create");
  const isNarrowed = criteria.length > (source === "match" ? 0 : 1);
  return [
    hint(t.text(isNarrowed ? "narrowNone" : mayCreate ? "searchHint" : "searchHintOnly")),
    isNarrowed && button(t.text("searchAll"), () => search(app, criteria.slice(-1))),
  ];
}

/** @param {App} app @param {Results} results */
function narrowing(app, results) {
  const { t } = app;
  const used = results.criteria.map(({ key }) => key);
  /** @param {Criterion} criterion */
  const submit = (criterion) => refine(app, results, [...results.criteria, criterion]);
  const form = criterionForm(
    app,
    t.text("narrow"),
    submit,
    ({ name }) => !used.includes(name) && !name.endsWith("_id"),
  );
  // Propose a detail that the profiles were not found by.
  const matched = results.items.flatMap(({ matched_on }) => matched_on.map(({ key }) => key));
  const names = Array.from(form.select.options, ({ value }) => value);
  form.select.value = names.find((name) => !matched.includes(name)) ?? form.select.value;
  form.update();
  const hasDates = results.items.some(({ profile }) => profile.birth_date);
  return h(
    "section",
    { class: "box" },
    h("h3", {}, t.text("narrowTitle")),
    form.element,
    hasDates && hint(t.text("narrowByDate")),
  );
}

/** @param {App} app @param {Results} results @param {Candidate} candidate */
function row(app, results, candidate) {
  const { profile, matched_on } = candidate;
  const focus = `item-${profile.profile_id}`;
  const isAssociated = app.store.state.associated?.profile_id === profile.profile_id;
  return h(
    "li",
    {},
    h(
      "button",
      {
        type: "button",
        class: "candidate",
        onclick: () => openCandidate(app, candidate, { ...results, focus }),
        "data-focus": focus,
        "data-profile-id": profile.profile_id,
      },
      h("strong", {}, named(nameFor(app, profile))),
      subtitles(profile).map((text) => muted(isolated(text))),
      isAssociated && badge(app.t.text("isAssociated")),
      h("span", { class: "facts" }, summary(app, profile)),
    ),
    reasonList(app, matched_on),
  );
}
