/** The styles of lists of duplicates and merges, and of profiles side by side. */
export const sheet = new CSSStyleSheet();

sheet.replaceSync(`
[data-view=compare] > div { display: grid; gap: 10px; }
.columns { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 6px; }
.side { border: 1px solid var(--border); border-radius: var(--radius); padding: 5px 8px; }
.side strong { display: block; }
fieldset .columns { margin: 2px 0; }
fieldset.list .columns + .columns { margin-top: 6px; }
.side:has(:checked) { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
.side mark { background: none; color: inherit; font-weight: 600; text-decoration: underline 2px var(--warn); text-underline-offset: 3px; }
.side li + li { margin-top: 3px; }
.tag { font-size: .82em; white-space: nowrap; border: 1px solid var(--control); border-radius: 99px; padding: 0 6px; color: var(--muted); }
.tag.only { border-color: var(--warn); color: var(--warn); font-weight: 600; }
.merges > li { display: grid; gap: 4px; justify-items: start; border-top: 1px solid var(--border); padding: 6px 0 8px; }
.notice ul { flex: 1 1 100%; list-style: disc; padding-inline-start: 1.4em; }
`);
