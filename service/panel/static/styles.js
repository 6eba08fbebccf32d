/** The styles of the panel. Pages set the variables `--profile-lookup-*`; `color-scheme` is inherited. */
export const sheet = new CSSStyleSheet();

sheet.replaceSync(`
:host {
  --bg: var(--profile-lookup-background, light-dark(#fff, #16191d));
  --surface: var(--profile-lookup-surface, light-dark(#f4f5f7, #20242a));
  --text: var(--profile-lookup-text, light-dark(#16191d, #e8eaed));
  --muted: var(--profile-lookup-muted, light-dark(#59616b, #a3acb7));
  --border: var(--profile-lookup-border, light-dark(#dcdfe4, #353b43));
  --control: var(--profile-lookup-control, light-dark(#868e99, #6d7682));
  --accent: var(--profile-lookup-accent, light-dark(#1558c0, #8ab8ff));
  --on-accent: var(--profile-lookup-on-accent, light-dark(#fff, #0c1a30));
  --good: var(--profile-lookup-good, light-dark(#146c3a, #6fd39a));
  --warn: var(--profile-lookup-warn, light-dark(#7a4b00, #f2bd63));
  --bad: var(--profile-lookup-bad, light-dark(#b3201f, #ff9d97));
  --radius: var(--profile-lookup-radius, 6px);
  display: block;
  background: var(--bg);
  color: var(--text);
  font: var(--profile-lookup-font, 14px/1.45 system-ui, "Hiragino Sans", "Noto Sans JP", sans-serif);
  container-type: inline-size;
}
:host([hidden]), [hidden] { display: none !important; }
* { box-sizing: border-box; margin: 0; overflow-wrap: anywhere; }
.panel { position: relative; }
.contact, .search, .main { padding: 10px 12px; }
.panel::before { content: ""; position: absolute; inset: 0 0 auto; height: 2px; background: var(--accent); opacity: 0; }
.busy::before { animation: busy 1.2s .25s infinite; }
@keyframes busy { 0% { opacity: 1; inset-inline-end: 100%; } }
h2 { font-size: 1.2em; line-height: 1.3; }
h3, .caption, label, small { font-size: .88em; color: var(--muted); }
ul, ol { list-style: none; padding: 0; }
.muted { color: var(--muted); font-weight: 400; }
.hidden { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
svg { width: 1em; height: 1em; flex: none; fill: none; stroke: var(--muted); stroke-width: 1.4; stroke-linejoin: round; }

button, input, select, textarea {
  font: inherit; color: inherit; background: var(--bg); border: 1px solid var(--control); border-radius: var(--radius);
  min-height: 30px; padding: 3px 8px;
}
input, select, textarea { width: 100%; min-width: 0; }
button { cursor: pointer; overflow-wrap: normal; }
button:hover { background: var(--surface); }
.primary, .primary:hover { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
.link { border-color: transparent; background: none; color: var(--accent); min-width: 26px; min-height: 26px; padding: 0 4px; font-weight: 400; }
::placeholder { color: var(--muted); opacity: 1; }
.secret { -webkit-text-security: disc; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; border-radius: var(--radius); }
summary { cursor: pointer; color: var(--accent); }

.contact { background: var(--surface); border-bottom: 1px solid var(--border); }
.line, .title, .chips, .question, .notice, .buttons, .caption, .values, .values > span, h3 {
  display: flex; flex-wrap: wrap; align-items: center; gap: 3px 8px;
}
.contact svg { stroke: var(--accent); }
.status::before { content: ""; display: inline-block; width: 8px; height: 8px; border: 2px solid; border-radius: 50%; margin-inline-end: 6px; }
.good { color: var(--good); }
.good::before { background: currentColor; }
.end { margin-inline-start: auto; }
.contact .end { padding: 1px 6px; }
.contact .line { gap: 3px 6px; }
.badge { font-size: .82em; font-weight: 600; color: var(--good); border: 1px solid; border-radius: 99px; padding: 0 7px; }
.work { color: var(--warn); }
.question, .box { background: var(--surface); border: 1px solid var(--border); border-radius: var(--radius); padding: 8px 10px; }
.box { display: grid; gap: 6px; justify-items: start; }
.box > * { width: 100%; }
.box > button { width: auto; }
.question p, .title p, .facts { flex: 1 1 100%; }
.title h2 { max-width: 75%; }
.name { display: -webkit-inline-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; max-width: 100%; vertical-align: bottom; }
.notice { padding: 6px 12px; border-inline-start: 3px solid var(--accent); border-bottom: 1px solid var(--border); }
.notice p { flex: 1 1 calc(100% - 100px); }
.notice.bad { border-inline-start-color: var(--bad); }
.notice.warn { border-inline-start-color: var(--warn); }

.search { display: block; border-bottom: 1px solid var(--border); }
.criterion { display: grid; grid-template-columns: minmax(0, 1fr) auto auto; gap: 6px; }
.criterion .field { display: flex; align-items: center; gap: 8px; }
.criterion label { flex: none; }
.criterion .create { grid-area: 1 / 2 / auto / 4; }
.value { grid-column: 1 / 3; position: relative; display: flex; gap: 4px; }
.box .field { grid-column: 1 / -1; }
.value button { white-space: nowrap; }
.fact + .fact::before { content: " · "; }

.main { display: grid; gap: 10px; grid-template-columns: minmax(0, 1fr); }
.main > button { justify-self: start; }
.count { font-size: .75em; font-weight: 400; color: var(--muted); margin-inline-start: 8px; }
.chips li { border: 1px solid var(--border); border-radius: 99px; padding: 0 9px; font-size: .9em; }
.chips:empty { display: none; }
.reasons li { border-inline-start: 3px solid var(--good); border-radius: 3px; }
.reasons :is(.variant, .full_name, .raw) { border-inline-start-color: var(--accent); }
.reasons :is(.partial_name, .prefix, .shared) { border-inline-start-color: var(--control); }
.candidates > li { border-top: 1px solid var(--border); padding: 4px 0 8px; }
.candidate { width: 100%; display: flex; flex-wrap: wrap; gap: 0 8px; text-align: start; border: 0; padding: 3px 6px; }
.candidate strong { color: var(--accent); }
.facts { color: var(--muted); }
.candidates .chips { padding: 2px 6px 0; }
dl, .key-row { display: grid; grid-template-columns: minmax(0, min(9.5em, 40%)) minmax(0, 1fr); gap: 3px 12px; }
dt { color: var(--muted); grid-column: 1; }
dd { grid-column: 2; white-space: pre-wrap; }
dd .muted { word-break: keep-all; }
section:not(.box), .main > details { border-top: 1px solid var(--border); padding-top: 8px; }
.key-row { align-items: baseline; }

@container (max-width: 359px) {
  .search .field { grid-column: 1 / -1; }
  .criterion .create { grid-area: 3 / 1 / auto / 4; justify-self: start; }
}
@media (prefers-reduced-motion: reduce) { .busy::before { animation: none; opacity: 1; } }
`);
