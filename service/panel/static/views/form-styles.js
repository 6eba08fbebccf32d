/** The styles of forms. */
export const sheet = new CSSStyleSheet();

sheet.replaceSync(`
[type=checkbox], [type=radio] { width: auto; min-height: 0; margin: 4px 8px 0 0; accent-color: var(--accent); }
[aria-invalid=true] { border-color: var(--bad); }
input.added, select.added, textarea.added, .added input { border-color: var(--accent); box-shadow: inset 3px 0 var(--accent); }
.entered { margin: 6px 0 10px; }
.error, .danger { color: var(--bad); }
.row:not(.addresses) label { position: absolute; clip-path: inset(50%); }
.row { position: relative; }
.fields, .grid, .list, .fields .field { display: grid; gap: 10px 8px; grid-template-columns: minmax(0, 1fr); }
.fields details > * + * { margin-top: 10px; }
.list { gap: 4px; }
.fields .field { gap: 1px; align-content: end; }
.caption { justify-content: space-between; }
.row { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 1fr) auto; gap: 6px; align-items: end; }
.row.addresses, .grid { grid-template-columns: repeat(2, minmax(0, 1fr)); }
.row.addresses { border-inline-start: 2px solid var(--border); padding-inline-start: 8px; }
.row .link { justify-self: end; }
.grid > :has(textarea) { grid-column: 1 / -1; }
.check { display: flex; align-items: start; }
.check label { flex: 1; font-size: 1em; color: inherit; }
.buttons { position: sticky; bottom: 0; background: var(--bg); padding: 8px 0; border-top: 1px solid var(--border); }
fieldset { border: 1px solid var(--border); border-radius: var(--radius); padding: 4px 10px; min-width: 0; }
`);
