import { nameFor, openCandidate, openView, show } from "../../actions.js";
import { button, h, heading, hint, isolated, muted, named } from "../../dom.js";
import { follow } from "../../follow.js";
import { subtitles } from "../../format.js";
import { apart } from "../apart.js";
import { summary } from "../candidate.js";
import { backButton } from "./back.js";
import { movedFrom, movedText } from "./moved.js";
import { readDuplicates } from "./operations.js";
import { reasonText, textOf } from "./texts.js";

/**
 * @param {App} app @param {ProfileView} back
 * @returns {Promise<DuplicatesView>}
 */
export async function openDuplicates(app, back) {
  const { profile } = back;
  const page = await readDuplicates(app.service, profile.profile_id, null);
  return { ...page, name: "duplicates", profile, back };
}

/**
 * Show the profiles that may be of the same person.
 * @param {App} app @param {DuplicatesView} view
 */
export function duplicatesView(app, view) {
  const { t } = app;
  const { profile, items, next_cursor, back } = view;
  const more = () =>
    openView(app, async () => {
      const next = await readDuplicates(app.service, profile.profile_id, next_cursor);
      const focus = next.items.length > 0 ? `item-${items.length}` : "heading";
      return () => show(app, { ...view, ...next, items: [...items, ...next.items], focus });
    });
  return [
    backButton(app, back),
    heading(
      t.text("possibleDuplicates"),
      items.length > 0 && h("span", { class: "count" }, t.profiles(items.length, next_cursor)),
    ),
    hint(textOf(app, items.length === 0 ? "noDuplicates" : mayMerge(app) ? "duplicatesHint" : "openHint")),
    h(
      "ol",
      { class: "candidates" },
      items.map((item, index) => row(app, view, item, index)),
    ),
    view.truncated && hint(textOf(app, "truncated")),
    next_cursor && button(t.text("more"), more),
  ];
}

/** @param {App} app */
const mayMerge = ({ store }) => store.state.scopes.has("profiles:merge");

/** @param {App} app @param {DuplicatesView} view @param {Duplicate} item @param {number} index */
function row(app, view, item, index) {
  const { profile, tier, matched_on, evidence } = item;
  const focus = `item-${index}`;
  const reasons = [...evidence, ...matched_on];
  const back = { ...view, focus };
  const open = () =>
    mayMerge(app)
      ? openComparison(app, back, profile)
      : openCandidate(app, { profile, matched_on: [] }, back);
  return h(
    "li",
    {},
    h(
      "button",
      {
        type: "button",
        class: "candidate",
        onclick: open,
        "data-focus": focus,
        "data-profile-id": profile.profile_id,
      },
      h("strong", {}, named(nameFor(app, profile))),
      subtitles(profile).map((text) => muted(isolated(text))),
      h("span", { class: "facts" }, summary(app, profile)),
      h("small", {}, apart(app, profile)),
    ),
    h(
      "ul",
      { class: "chips reasons", "aria-label": app.t.text("matchedOn") },
      reasons.map((reason) => h("li", { class: tier }, isolated(reasonText(app, reason)))),
    ),
  );
}

/**
 * Read both profiles as they are now, and show them side by side.
 * @param {App} app @param {DuplicatesView} back @param {Profile} listed the profile as it is in the list
 */
function openComparison(app, back, listed) {
  const { service, store } = app;
  const [targetId, sourceId] = [back.profile.profile_id, listed.profile_id];
  return openView(app, async () => {
    const [target, source] = await Promise.all([service.profile(targetId), service.profile(sourceId)]);
    // Others have merged the profiles since the list was read.
    if (target.profile_id === source.profile_id)
      return () => {
        follow(app, [targetId, sourceId], target);
        show(app, { ...back.back, profile: target }, textOf(app, "already"));
      };
    /** @type {CompareView} */
    const view = {
      name: "compare",
      target: back.profile,
      source: listed,
      choices: {},
      contactId: store.state.contact?.contact_id,
      isOutdated: false,
      back,
    };
    return () => {
      const moved = movedFrom(app, view, { target, source });
      if (moved) show(app, moved, movedText(app, moved));
      else show(app, { ...view, target, source });
    };
  });
}
