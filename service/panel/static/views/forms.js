// Loaded when the agent opens the first form.

export { conflictView } from "./conflict.js";
export { createView } from "./create.js";
export { editView } from "./edit.js";
export { valuesForm } from "./edit-values.js";
export { sheet } from "./form-styles.js";
