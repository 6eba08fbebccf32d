// Loaded when the agent opens the first form.
export { conflictView } from "./conflict.js";
export { createView } from "./create.js";
export { editView } from "./edit.js";
