// Compares modules with their sources. Reads both from the standard input, and prints the paths that differ.
import { readFileSync } from "node:fs";
import ts from "../openapi/node_modules/typescript/lib/typescript.js";

const [served, sources] = JSON.parse(readFileSync(0, "utf8"));

/**
 * Return the kinds of all nodes of a syntax tree, with their texts. Comments, white space, and optional commas
 * and semicolons are no nodes.
 * @param {string} text
 */
function treeOf(text) {
  const file = ts.createSourceFile("module.js", text, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS);
  if (file.parseDiagnostics.length > 0) throw new Error(file.parseDiagnostics[0].messageText);
  const visit = (/** @type {any} */ node, isStyles = false) => {
    const callee = node.expression?.name?.text;
    const children = [];
    ts.forEachChild(node, (child) => void children.push(visit(child, callee === "replaceSync")));
    // The text without the quotes: of names, strings, numbers, patterns and templates.
    const { text, rawText = text } = node.kind === ts.SyntaxKind.SourceFile ? {} : node;
    return [
      node.kind,
      node.flags & ts.NodeFlags.BlockScoped,
      node.operator,
      isStyles ? "" : rawText,
      children,
    ];
  };
  return JSON.stringify(visit(file));
}

for (const [path, content] of Object.entries(served)) {
  if (treeOf(content) !== treeOf(sources[path])) console.log(path);
}
