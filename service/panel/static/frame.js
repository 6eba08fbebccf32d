// The script of frame.html: a panel that the page around the iframe controls by messages.
import "./panel.js";
import { connectPage } from "./post-message.js";

const { documentElement: root } = document;
const language = new URLSearchParams(location.search).get("language");

// Without a page around it, nothing could answer the panel's requests for a token.
if (parent !== window) {
  const panel = /** @type {import("./panel.js").ProfileLookupPanel} */ (
    document.createElement("profile-lookup-panel")
  );
  if (language) panel.setAttribute("language", language);
  root.lang = language ?? navigator.language;
  const origins = (root.dataset.origins ?? "").split(" ");
  connectPage(panel, [location.origin, ...origins], () => document.body.append(panel));
}
