import { nameFor, unless } from "../actions.js";
import { Problem } from "../client.js";
import { button, h, hint, isolated, muted, named, newId } from "../dom.js";
import { subtitles } from "../format.js";
import { apart } from "./apart.js";
import { summary } from "./candidate.js";
import { textOf } from "./merging/texts.js";

/** @typedef {{ profile_id: string, matched_on: string[] }} PossibleDuplicate */

/**
 * Create the part of a form that offers the profiles that may be of the same person. It is hidden at first.
 * @param {App} app
 * @param {object} actions
 * @param {(profile: Profile) => unknown} actions.use
 * @param {(event: Event) => void} actions.create creates the profile anyway
 */
export function duplicatesBox(app, { use, create }) {
  const title = h("h3", { id: newId(), tabindex: -1 }, textOf(app, "mayExist"));
  const items = h("ol", { class: "candidates" });
  const anyway = button(textOf(app, "createAnyway"), create);
  const element = h(
    "section",
    { class: "box", "aria-labelledby": title.id, hidden: true },
    title,
    hint(textOf(app, "mayExistHint")),
    items,
    anyway,
  );
  /**
   * Offer one button that creates the profile: the one that has not asked yet, or that does not ask again.
   * @param {boolean} isAsked
   */
  const offer = (isAsked) => {
    const submit = element.closest("form")?.querySelector("[type=submit]");
    if (submit instanceof HTMLElement) submit.hidden = isAsked;
    anyway.hidden = !isAsked;
  };
  /** @param {Event} event */
  const onChange = ({ type, target }) => {
    // Rows are added and removed without an input.
    if (type === "input" || (target instanceof Element && target.closest(".row button"))) offer(false);
  };
  /** @param {PossibleDuplicate[]} found */
  const show = async (found) => {
    // A profile that cannot be read, such as one that has just been erased, is shown without its name.
    const isRefused = unless((error) => error instanceof Problem);
    const profiles = await Promise.all(
      found.map((each) => app.service.profile(each.profile_id).catch(isRefused)),
    );
    items.replaceChildren(
      ...found.map(({ matched_on }, index) => item(app, profiles[index], matched_on, use)),
    );
    element.hidden = false;
    offer(true);
    for (const event of ["input", "click"]) element.closest("form")?.addEventListener(event, onChange);
    title.focus();
  };
  const hide = () => {
    element.hidden = true;
    offer(false);
  };
  return { element, show, hide };
}

/**
 * @param {App} app @param {Profile | undefined} profile @param {string[]} keys
 * @param {(profile: Profile) => unknown} use
 */
function item(app, profile, keys, use) {
  const { t, store } = app;
  const labels = keys.map((key) => h("li", {}, isolated(t.searchKey(store.state.searchKeys, key))));
  const reasons = h("ul", { class: "chips reasons", "aria-label": t.text("matchedOn") }, labels);
  if (!profile) return h("li", {}, muted(t.text("noName")), reasons);
  const name = nameFor(app, profile);
  const label = `${textOf(app, "useThis")}: ${name}`;
  const id = newId();
  return h(
    "li",
    {},
    h("strong", {}, named(name)),
    " ",
    subtitles(profile).map((text) => muted(isolated(text))),
    h("p", { class: "facts" }, summary(app, profile)),
    h("small", { id }, apart(app, profile)),
    reasons,
    button(textOf(app, "useThis"), () => use(profile), { "aria-label": label, "aria-describedby": id }),
  );
}
