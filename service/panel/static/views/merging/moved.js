import { nameFor, openCandidate } from "../../actions.js";
import { button, h, heading, named } from "../../dom.js";
import { follow } from "../../follow.js";
import { apart } from "../apart.js";
import { summary } from "../candidate.js";
import { backButton } from "./back.js";
import { partsOf, textOf } from "./texts.js";

/** The sides of a comparison. @type {readonly Side[]} */
const SIDES = ["target", "source"];

/**
 * Return the view of a comparison of which others have merged a profile into a third one, or null. The agent has
 * not compared that one, so it must not take the place of the other.
 * @param {App} app @param {CompareView} view @param {Record<Side, Profile>} latest
 * @returns {MovedView | null}
 */
export function movedFrom(app, view, latest) {
  const pairs = SIDES.map((side) => ({ from: view[side], to: latest[side] }));
  const moved = pairs.filter(({ from, to }) => from.profile_id !== to.profile_id);
  if (moved.length === 0) return null;
  for (const { from, to } of moved) follow(app, [from.profile_id], to);
  const { back, source } = view;
  const target = moved.some(({ from }) => from === view.target) ? view.target : latest.target;
  return { name: "moved", target, source, moved, back: { ...back.back, profile: target } };
}

/** @param {App} app @param {MovedView} view */
export const movedText = (app, { moved }) =>
  moved
    .map(({ from, to }) =>
      textOf(app, "mergedMeanwhile", { source: nameFor(app, from), target: nameFor(app, to) }),
    )
    .join(" ");

/**
 * Show into which profile others have merged a profile of a comparison, and the way to it.
 * @param {App} app @param {MovedView} view
 */
export function movedView(app, { moved, back }) {
  return [
    backButton(app, back),
    heading(textOf(app, "compare")),
    moved.map(({ from, to }) => {
      const name = nameFor(app, to);
      const names = { source: named(nameFor(app, from)), target: named(name) };
      return [
        h("p", { class: "error" }, partsOf(app, "mergedMeanwhile", names)),
        h(
          "div",
          { class: "side" },
          h("strong", {}, named(name)),
          h("p", { class: "muted" }, summary(app, to)),
          h("p", {}, h("small", {}, apart(app, to))),
          button(textOf(app, "openNamed", { name }), () =>
            openCandidate(app, { profile: to, matched_on: [] }, null),
          ),
        ),
      ];
    }),
  ];
}
