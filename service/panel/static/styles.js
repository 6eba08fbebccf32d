export const sheet = new CSSStyleSheet();

sheet.replaceSync(`
:host {
  color-scheme: light dark;
  --bg: var(--profile-lookup-background, light-dark(#fff, #16191d));
  --surface: var(--profile-lookup-surface, light-dark(#f5f6f8, #1f2329));
  --text: var(--profile-lookup-text, light-dark(#16191d, #e8eaed));
  --muted: var(--profile-lookup-muted, light-dark(#586069, #a3acb7));
  --border: var(--profile-lookup-border, light-dark(#dcdfe4, #353b43));
  --control: light-dark(#8b939e, #6d7682);
  --accent: var(--profile-lookup-accent, light-dark(#1558c0, #8ab8ff));
  --on-accent: var(--profile-lookup-on-accent, light-dark(#fff, #0c1a30));
  --good: var(--profile-lookup-good, light-dark(#146c3a, #6fd39a));
  --warn: var(--profile-lookup-warn, light-dark(#7a4b00, #f2bd63));
  --bad: var(--profile-lookup-bad, light-dark(#b3201f, #ff9d97));
  --radius: var(--profile-lookup-radius, 6px);
  display: block;
  min-width: 0;
  background: var(--bg);
  color: var(--text);
  font: var(--profile-lookup-font, 14px/1.45 system-ui, "Hiragino Sans", "Noto Sans JP", "Yu Gothic UI", sans-serif);
  container-type: inline-size;
}
:host([hidden]), [hidden] { display: none !important; }
* { box-sizing: border-box; }
.panel { position: relative; }
.panel > div > *, .panel > .search { padding: 10px 12px; }
.panel::before {
  content: ""; position: absolute; inset: 0 0 auto; height: 2px; background: var(--accent);
  opacity: 0; transform-origin: left; z-index: 1;
}
.busy::before { opacity: 1; animation: busy 1.2s .25s infinite backwards; }
@keyframes busy { from { transform: scaleX(0); } to { transform: none; opacity: 0; } }
h2, h3, p, ul, ol, dl, dd, fieldset { margin: 0; padding: 0; border: 0; }
h2 { font-size: 1.2em; line-height: 1.3; font-weight: 650; }
h3, .caption { font-size: .9em; font-weight: 650; color: var(--muted); }
ul, ol { list-style: none; }
bdi { overflow-wrap: anywhere; }
strong { font-weight: 650; }
.muted, .reading, .hint { color: var(--muted); }
.reading { font-size: .9em; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
svg { width: 1em; height: 1em; flex: none; fill: none; stroke: currentColor; stroke-width: 1.4; stroke-linejoin: round; }

button, input, select, textarea { font: inherit; color: inherit; border-radius: var(--radius); }
button {
  padding: 4px 10px; min-height: 30px; border: 1px solid var(--control); background: var(--bg); cursor: pointer;
}
button:hover { background: var(--surface); }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
button.primary:hover { filter: brightness(1.1); }
button.danger { color: var(--bad); border-color: currentColor; }
button.link, button.remove, .chips button, .close {
  border-color: transparent; background: none; color: var(--accent); padding: 2px 4px; min-height: 26px;
}
button.remove, .chips button, .close { color: var(--muted); min-width: 26px; }
button.link:hover { text-decoration: underline; }
input, select, textarea {
  width: 100%; padding: 4px 8px; min-height: 30px; border: 1px solid var(--control); background: var(--bg);
}
input[type=checkbox], input[type=radio] { width: auto; min-height: 0; margin: 3px 8px 0 0; accent-color: var(--accent); flex: none; }
input::placeholder { color: var(--muted); opacity: 1; }
[aria-invalid=true] { border-color: var(--bad); }
.secret { -webkit-text-security: disc; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
h2:focus-visible { outline-offset: 3px; border-radius: 2px; }
label { font-size: .86em; color: var(--muted); }
summary { cursor: pointer; color: var(--accent); padding: 3px 0; }

.contact { background: var(--surface); border-bottom: 1px solid var(--border); display: grid; gap: 4px; }
.contact.idle { color: var(--muted); }
.line { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 8px; }
.line svg { color: var(--accent); }
.state { color: var(--muted); }
.state::before { content: ""; display: inline-block; width: 8px; height: 8px; border: 2px solid; border-radius: 50%; margin-inline-end: 6px; }
.associated { color: var(--good); }
.associated::before { background: currentColor; }
.end { margin-inline-start: auto; }
.badge { font-size: .82em; font-weight: 600; color: var(--good); border: 1px solid; border-radius: 99px; padding: 0 7px; white-space: nowrap; }
.badge.work { color: var(--warn); }
.question { background: var(--surface); border: 1px solid var(--border); border-radius: var(--radius); padding: 8px 10px; display: flex; flex-wrap: wrap; gap: 8px; }
.question p { flex: 1 1 100%; }

.panel > div > .notices { padding: 0; }
.notice { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 8px; padding: 7px 12px; border-inline-start: 3px solid var(--accent); border-bottom: 1px solid var(--border); }
.notice p { flex: 1 1 60%; }
.problem { border-inline-start-color: var(--bad); }
.waiting { border-inline-start-color: var(--warn); }

.search { display: grid; gap: 6px; border-bottom: 1px solid var(--border); position: relative; }
.criterion { display: grid; grid-template-columns: minmax(7em, 11em) 1fr auto; gap: 6px; align-items: end; }
.value { position: relative; display: flex; gap: 4px; }
.create-profile { justify-self: start; }
.completions {
  position: absolute; inset: 100% 0 auto; z-index: 2; margin-top: 2px; max-height: 22em; overflow: auto; background: var(--bg);
  border: 1px solid var(--control); border-radius: var(--radius); box-shadow: 0 6px 20px #0003;
}
.completions > * { display: grid; padding: 5px 10px; cursor: pointer; }
.completions > :hover, .completions > [aria-selected=true] { background: var(--surface); }
.completions > [aria-selected=true] { outline: 2px solid var(--accent); outline-offset: -2px; }
.completions .muted { font-size: .9em; }
.fact { overflow-wrap: anywhere; }
.fact + .fact::before { content: " · "; }

.main { display: grid; gap: 10px; grid-template-columns: minmax(0, 1fr); }
.main > button { justify-self: start; }
.count { font-size: .8em; font-weight: 400; color: var(--muted); margin-inline-start: 8px; }
.title { display: flex; gap: 8px; align-items: start; }
.title > div { flex: 1; min-width: 0; }
.reasons, .chips { display: flex; flex-wrap: wrap; gap: 4px 6px; font-size: .88em; }
.reasons li { background: var(--surface); border-radius: var(--radius); padding: 1px 7px; border-inline-start: 3px solid var(--good); }
.reasons .variant, .reasons .full_name, .reasons .raw { border-color: var(--accent); }
.reasons .partial_name, .reasons .prefix, .reasons .weak { border-color: var(--control); }
.chips li { border: 1px solid var(--border); border-radius: 99px; padding: 0 4px 0 10px; display: flex; align-items: center; min-height: 28px; }
.key { color: var(--muted); }
.chips .key { margin-inline-end: 4px; }
.narrow { background: var(--surface); border-radius: var(--radius); padding: 8px 10px; display: grid; gap: 4px; }
.candidates { display: grid; grid-template-columns: minmax(0, 1fr); }
.candidates > li { border-top: 1px solid var(--border); padding: 4px 0 8px; }
.candidate { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 8px; width: 100%; text-align: start; border: 0; padding: 4px 6px; background: none; }
.candidate .name { font-weight: 650; color: var(--accent); }
.facts { flex: 1 1 100%; color: var(--muted); }
.candidates .reasons { padding: 2px 6px 0; }

.association .primary { min-width: 9em; }
dl { display: grid; grid-template-columns: minmax(6em, 30%) minmax(0, 1fr); gap: 3px 10px; }
dt { color: var(--muted); grid-column: 1; overflow-wrap: anywhere; }
dd { grid-column: 2; white-space: pre-wrap; }
section + section, details, section + details { border-top: 1px solid var(--border); padding-top: 8px; }
.keys, .past { display: grid; gap: 4px; }
.keys details { border: 0; padding: 0; }
.key-row { display: flex; flex-wrap: wrap; gap: 0 8px; align-items: center; }
.key-row .key { flex: 0 1 30%; min-width: 6em; }
.values { flex: 1; display: flex; flex-wrap: wrap; gap: 0 10px; min-width: 40%; }
.value-item { display: inline-flex; flex-wrap: wrap; align-items: center; gap: 2px; }
.past li { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 8px; padding: 2px 0; }
.past svg { color: var(--muted); }
.updated { font-size: .86em; }

.profile-form, .fields { display: grid; gap: 12px; grid-template-columns: minmax(0, 1fr); }
.fields details { display: grid; gap: 12px; }
.grid, .row { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 6px 8px; }
.field { display: grid; gap: 1px; min-width: 0; align-content: end; }
.fields details > * + * { margin-top: 10px; }
.grid .field:has(textarea) { grid-column: 1 / -1; }
.caption { display: flex; justify-content: space-between; align-items: center; }
.rows { display: grid; gap: 6px; }
.row { grid-template-columns: minmax(0, 2fr) minmax(0, 1fr) auto; align-items: end; }
.row.addresses { grid-template-columns: repeat(2, minmax(0, 1fr)); border-inline-start: 2px solid var(--border); padding-inline-start: 8px; }
.row .remove { justify-self: end; }
.check { display: flex; align-items: start; flex-wrap: wrap; }
.check label { font-size: 1em; color: var(--text); flex: 1; }
.buttons { display: flex; gap: 8px; position: sticky; bottom: 0; background: var(--bg); padding: 8px 0; border-top: 1px solid var(--border); }
.error { color: var(--bad); }
.error:empty { display: none; }
fieldset { border: 1px solid var(--border); border-radius: var(--radius); padding: 6px 10px; min-width: 0; }
legend { font-weight: 650; padding: 0 4px; }
.skeleton { height: 96px; border-radius: var(--radius); background: var(--surface); }

@container (max-width: 430px) {
  .criterion { grid-template-columns: minmax(0, 1fr) auto; }
  .criterion > .field { grid-column: 1 / -1; display: flex; align-items: center; gap: 8px; }
  .criterion > .field label { flex: none; }
}
@container (max-width: 360px) {
  .grid { grid-template-columns: minmax(0, 1fr); }
}
@media (prefers-reduced-motion: reduce) { .busy::before { animation: none; } }
@media (forced-colors: active) { .completions > [aria-selected=true] { outline-color: Highlight; } }
`);
