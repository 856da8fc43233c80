/** Lines of a page name times, ids and counts of the run that it shows: another run has others. */
const VARYING: readonly (readonly [shown: RegExp, printed: string])[] = [
  [/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/, '[0-9a-f-]{36}'],
  [/\b[0-9a-f]{16}\b/, '[0-9a-f]{16}'],
  [/\d+ (?:seconds?|minutes?) ago/, '\\d+ \\w+ ago|now'],
  [/true|false/, 'true|false'],
  [/null|-?\d+(?:\.\d+)?(?:e-\d+)?/, 'null|-?\\d+(?:\\.\\d+)?(?:e-\\d+)?'],
];
const ANY = new RegExp(VARYING.map(([shown]) => `(${shown.source})`).join('|'), 'g');

/** Lines of tables, and runs of spaces, say nothing. */
const plain = (text: string): string => text.replaceAll(/[│┌┬┐├┼┤└┴┘─]+/g, ' ').replaceAll(/[ \t]+/g, ' ');

/**
 * The first piece of a shown output that was not printed, in its order; null if all was. Pieces are lines, and what stands between
 * `…`, which is for anything that was left out. More may have been printed.
 * @param figures `same`: to the letter, because the data are those of the page; `any`: numbers, ids and times may differ
 */
export function missingOutput(shown: string, printed: string, figures: 'same' | 'any'): string | null {
  const said = plain(printed);
  let at = 0;
  for (const piece of shown.split(/\n|…/).map((each) => plain(each).trim())) {
    if (piece === '') continue;
    const pattern = new RegExp(figures === 'same' ? exactly(piece) : likely(piece), 'g');
    pattern.lastIndex = at;
    if (pattern.exec(said) === null) return piece;
    at = pattern.lastIndex;
  }
  return null;
}

function exactly(text: string): string {
  return text.replaceAll(/[$()*+./?[\\\]^{|}-]/g, '\\$&');
}

function likely(piece: string): string {
  let pattern = '';
  let at = 0;
  for (const found of piece.matchAll(ANY)) {
    const groups: readonly (string | undefined)[] = found.slice(1);
    const which = groups.findIndex((group) => group !== undefined);
    pattern += `${exactly(piece.slice(at, found.index))}(?:${VARYING[which]![1]})`;
    at = found.index + found[0].length;
  }
  return pattern + exactly(piece.slice(at));
}
