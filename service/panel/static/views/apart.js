import { formatTime } from "../format.js";
import { textOf } from "./merging/texts.js";

/**
 * Return what tells a profile apart from one with the same name and number.
 * @param {App} app @param {Profile} profile
 */
export const apart = (app, { created_at, profile_id }) =>
  textOf(app, "apart", { time: formatTime(created_at, app.t.language), id: endOf(profile_id) });

/**
 * Return the end of an ID, which suffices to tell a few profiles apart.
 * @param {string} id
 */
export const endOf = (id) => `…${id.slice(-6)}`;
