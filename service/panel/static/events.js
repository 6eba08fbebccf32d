/** The events of the panel. */
export const EVENTS = [
  "profile-matched",
  "profile-associated",
  "profile-disassociated",
  "profile-created",
  "contact-cleared",
  "error",
];
