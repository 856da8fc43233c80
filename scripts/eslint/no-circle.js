// ESLint rule: no file imports itself through others. Imports of types count, which import-x/no-cycle leaves out: a circle
// of types binds rooms together as one of values does.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import ts from 'typescript';

/** By file: the files that it imports, and when it was read. */
const known = new Map();

function importsOf(file) {
  const { mtimeMs } = statSync(file);
  const found = known.get(file);
  if (found?.mtimeMs === mtimeMs) return found.imports;
  const imports = ts
    .preProcessFile(readFileSync(file, 'utf8'), true, true)
    .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => resolve(dirname(file), fileName.replace(/\.js$/, '.ts')))
    .filter(existsSync);
  known.set(file, { mtimeMs, imports });
  return imports;
}

/** The shortest way from `file` to `goal` along imports; null if there is none. */
function wayTo(goal, file) {
  const cameFrom = new Map([[file, null]]);
  for (const at of cameFrom.keys()) {
    if (at === goal) {
      const way = [];
      for (let step = at; step !== null; step = cameFrom.get(step)) way.unshift(step);
      return way;
    }
    for (const next of importsOf(at)) if (!cameFrom.has(next)) cameFrom.set(next, at);
  }
  return null;
}

export const noCircle = {
  meta: { type: 'problem', schema: [], messages: { circle: 'imports itself: {{way}}' } },
  create(context) {
    const check = (node) => {
      const specifier = node.source?.value;
      if (typeof specifier !== 'string' || !specifier.startsWith('.')) return;
      const target = resolve(dirname(context.filename), specifier.replace(/\.js$/, '.ts'));
      if (!existsSync(target)) return;
      const way = wayTo(context.filename, target);
      if (way === null) return;
      const names = [context.filename, ...way].map((file) => relative(context.cwd, file));
      context.report({ node, messageId: 'circle', data: { way: names.join(' -> ') } });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};
