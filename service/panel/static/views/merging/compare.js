import { changed, nameFor, show } from "../../actions.js";
import { button, h, heading, hint, isolated, muted, named, newId } from "../../dom.js";
import { formatTime, shortMask } from "../../format.js";
import { clean } from "../../text.js";
import { apart } from "../apart.js";
import { summary } from "../candidate.js";
import { asText } from "../conflict.js";
import {
  canOrder,
  compareProfiles,
  defaultSide,
  hasOtherLabels,
  isNameless,
  splitDifference,
} from "./differences.js";
import { merge } from "./merge.js";
import { textOf } from "./texts.js";

/** @typedef {import("./differences.js").TextRow} TextRow */
/** @typedef {import("./differences.js").ListRow} ListRow */

/** The texts of the marks. */
const MARKS = /** @type {const} */ ({ only: "onlyHere", both: "inBoth", label: "otherLabel" });
/** @type {readonly Side[]} */
const SIDES = ["target", "source"];

/**
 * Show two profiles side by side, and let the agent choose what the merged profile keeps.
 * @param {App} app @param {CompareView} view
 */
export function compareView(app, view) {
  const { t, store } = app;
  const rows = compareProfiles(view.target, view.source, store.state.searchKeys);
  const { different, united, same } = rows;
  const error = h("p", { class: "error", role: "alert" });
  const tell = (/** @type {string} */ text) => {
    error.textContent = text;
  };
  /** @param {Event} event */
  const onsubmit = (event) => {
    event.preventDefault();
    tell(isNameless(view) ? textOf(app, "nameless") : "");
    return isNameless(view) ? undefined : merge(app, view, rows, tell);
  };
  const texts = same.map((row) => [h("dt", {}, labelOf(app, row)), h("dd", {}, sameText(app, row))]);
  return [
    heading(textOf(app, "compare")),
    view.isOutdated && h("p", { class: "error" }, textOf(app, "outdated")),
    columns((side) => profileBox(app, view, side)),
    h(
      "div",
      {},
      button(textOf(app, "swap"), () => swap(app, view), { "data-focus": "swap" }),
    ),
    different.length + united.length === 0 && hint(textOf(app, "none")),
    h(
      "form",
      { class: "fields", onsubmit },
      different.length > 0 && h("h3", {}, textOf(app, "different")),
      different.map((row) => textChoice(app, view, row)),
      united.length > 0 && h("h3", {}, textOf(app, "united")),
      united.some(canOrder) && hint(textOf(app, "order")),
      united.some(hasOtherLabels) && hint(textOf(app, "labels")),
      united.map((row) => listChoice(app, view, row)),
      same.length > 0 &&
        h("details", {}, h("summary", {}, textOf(app, "same", { count: same.length })), h("dl", {}, texts)),
      hint(textOf(app, "outcome")),
      error,
      h(
        "div",
        { class: "buttons" },
        h("button", { type: "submit", class: "primary" }, textOf(app, "merge")),
        button(t.text("cancel"), () => show(app, view.back, undefined, true)),
      ),
    ),
  ];
}

/** @param {(side: Side) => HTMLElement} create */
const columns = (create) => h("div", { class: "columns" }, SIDES.map(create));

/**
 * Let the other profile stay. What the agent has chosen is still kept.
 * @param {App} app @param {CompareView} view
 */
function swap(app, view) {
  if (app.store.state.busy) return;
  const choices = Object.entries(view.choices).map(([field, side]) => [field, opposite(side)]);
  /** @type {CompareView} */
  const next = {
    ...view,
    target: view.source,
    source: view.target,
    choices: Object.fromEntries(choices),
    focus: "swap",
  };
  changed.add(next);
  show(app, next, `${textOf(app, "target")}: ${nameFor(app, next.target)}`, true);
}

/** @param {Side} side @returns {Side} */
const opposite = (side) => (side === "target" ? "source" : "target");

/** @param {App} app @param {CompareView} view @param {Side} side */
function profileBox(app, view, side) {
  const profile = view[side];
  const time = formatTime(profile.updated_at, app.t.language);
  return h(
    "div",
    { class: "side" },
    h("small", {}, textOf(app, side)),
    h("strong", {}, named(nameFor(app, profile))),
    h("p", { class: "muted" }, summary(app, profile)),
    h("small", {}, apart(app, profile), h("br"), app.t.text("updated", { time })),
  );
}

/** @param {App} app @param {TextRow | ListRow} row */
function labelOf({ t, store }, row) {
  if ("isMember" in row) return row.isMember ? isolated(row.name) : t.field(row.name);
  return row.isKey ? isolated(t.searchKey(store.state.searchKeys, row.name)) : t.field(row.name);
}

/** @param {App} app @param {TextRow | ListRow} row */
function sameText(app, row) {
  if ("isMember" in row) return isolated(asText(app, row.name, row.target));
  return row.target.map(({ value }) => h("div", {}, isolated(itemText(app, row, value))));
}

/** @param {App} app @param {ListRow} row @param {unknown} value */
const itemText = (app, { name, isKey }, value) =>
  isKey ? shortMask(String(value)) : asText(app, name, [value]);

/**
 * Offer the texts of both profiles. Where they differ, they are underlined.
 * @param {App} app @param {CompareView} view @param {TextRow} row
 */
function textChoice(app, view, row) {
  const group = newId();
  const chosen = view.choices[row.field] ?? defaultSide(row);
  return h(
    "fieldset",
    { "data-field": row.field },
    h("legend", {}, labelOf(app, row)),
    columns((side) => {
      const [own, other] = [side, opposite(side)].map((each) => clean(asText(app, row.name, row[each])));
      const isComparable = row.target !== null && row.source !== null;
      const [start, middle, end] = splitDifference(own ?? "", other ?? "");
      const value = isComparable
        ? h("bdi", { dir: "auto" }, start, middle && h("mark", {}, middle), end)
        : row[side] === null
          ? muted(own)
          : h("bdi", { dir: "auto" }, h("mark", {}, own));
      return h("div", { class: "side" }, option(app, view, row.field, side, group, chosen === side, value));
    }),
  );
}

/**
 * @param {App} app @param {CompareView} view @param {string} field @param {Side} side @param {string} group
 * @param {boolean} checked @param {unknown} text
 */
function option(app, view, field, side, group, checked, text) {
  const onchange = () => {
    view.choices[field] = side;
  };
  const input = h("input", { type: "radio", name: group, id: newId(), checked, onchange });
  const prefix = h("span", { class: "hidden" }, textOf(app, `${side}Value`), ": ");
  return h("p", { class: "check" }, input, h("label", { for: input.id }, prefix, text));
}

/**
 * Show the values of both profiles, which are all kept, and let the agent choose which come first.
 * @param {App} app @param {CompareView} view @param {ListRow} row
 */
function listChoice(app, view, row) {
  const group = newId();
  const chosen = view.choices[row.field] ?? "target";
  return h(
    "fieldset",
    { class: "list", "data-field": row.field },
    h("legend", {}, labelOf(app, row)),
    columns((side) =>
      h(
        "div",
        { class: "side" },
        canOrder(row)
          ? option(app, view, row.field, side, group, chosen === side, textOf(app, "first"))
          : h("span", { class: "hidden" }, textOf(app, `${side}Value`)),
        row[side].length > 0
          ? h(
              "ul",
              {},
              row[side].map((item) => h("li", {}, listItem(app, row, item))),
            )
          : muted(app.t.text("empty")),
      ),
    ),
  );
}

/** @param {App} app @param {ListRow} row @param {import("./differences.js").Item} item */
function listItem(app, row, { value, mark }) {
  const tag = mark && h("span", { class: mark === "both" ? "tag" : "tag only" }, textOf(app, MARKS[mark]));
  return [isolated(itemText(app, row, value)), " ", tag];
}
