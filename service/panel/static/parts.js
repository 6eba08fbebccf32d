import { Problem } from "./client.js";

/**
 * Parts of the panel that are not needed to show a customer. They are loaded when they are used first.
 * @type {{
 *   forms?: typeof import("./views/forms.js"),
 *   results?: typeof import("./views/results.js"),
 *   merging?: typeof import("./views/merging/index.js"),
 *   past?: typeof import("./views/past.js"),
 * }}
 */
export const loaded = {};

export const loadResults = async () => (loaded.results ??= await import("./views/results.js").catch(fail));
export const loadForms = async () => (loaded.forms ??= await import("./views/forms.js").catch(fail));
export const loadPast = async () => (loaded.past ??= await import("./views/past.js").catch(fail));
export const loadMerging = async () =>
  (loaded.merging ??= await import("./views/merging/index.js").catch(fail));
export const loadReveal = () => import("./views/reveal.js").catch(fail);
export const loadRare = () => import("./rare.js").catch(fail);

/** @returns {never} */
function fail() {
  throw new Problem("connection_lost");
}
