// The page /panel: the panel beside a simulated phone.
import { h } from "../dom.js";
import { chooseLanguage } from "../language.js";
import "../panel.js";
import { Simulator } from "./simulator.js";
import { texts } from "./texts.js";

/** @typedef {import("./texts.js").Language} Language */

const { documentElement: root } = document;
const hasAuthentication = root.dataset.authentication === "on";
let language = /** @type {Language} */ (chooseLanguage(navigator.languages));

const simulator = new Simulator();
const languages = h("select", {
  id: "languages",
  onchange: () => choose(/** @type {Language} */ (languages.value)),
});
const label = h("label", { for: "languages" });
languages.append(
  h("option", { value: "en", lang: "en" }, "English"),
  h("option", { value: "ja", lang: "ja" }, "日本語"),
);

/** @param {Language} next */
function choose(next) {
  language = next;
  root.lang = next;
  document.title = `${texts[next].title} · profile-lookup`;
  label.textContent = texts[next].language;
  languages.value = next;
  simulator.language = next;
  render();
}

function render() {
  simulator.render();
  const panel = document.querySelector("profile-lookup-panel");
  if (panel) panel.setAttribute("language", language);
  else if (hasAuthentication) at("panel").replaceChildren(keyForm());
  else connect(null);
}

/** @param {string | null} key */
function connect(key) {
  const panel = /** @type {import("../panel.js").ProfileLookupPanel} */ (
    document.createElement("profile-lookup-panel")
  );
  panel.setAttribute("language", language);
  panel.token = () => key;
  // The contact stays when the agent enters another key.
  const last = /** @type {typeof panel | null} */ (document.querySelector("profile-lookup-panel"));
  panel.contact = last?.contact ?? null;
  panel.addEventListener("error", (/** @type {Event} */ event) => {
    const { status } = /** @type {CustomEvent} */ (event).detail;
    if (status === 401 && !document.getElementById("key")) at("panel").prepend(keyForm(true));
  });
  at("panel").replaceChildren(panel);
  simulator.connect(panel, key);
}

/** @param {boolean} [isRejected] whether the service has rejected the last key */
function keyForm(isRejected = false) {
  const { apiKey, apiKeyHint, keyRejected, useKey } = texts[language];
  const input = h("input", { type: "password", id: "key", required: true, autocomplete: "off" });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    connect(input.value.trim());
  };
  return h(
    "form",
    { class: "card", onsubmit: submit },
    isRejected && h("p", { role: "alert" }, keyRejected),
    h("p", {}, apiKeyHint),
    h("label", { for: "key" }, apiKey),
    input,
    h("button", { class: "primary" }, useKey),
  );
}

/** @param {string} id */
function at(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

at("language").append(label, languages);
at("phone").append(simulator.element);
choose(language);
