/** A bracketed list: atoms as text, inner lists as lists. */
export type BracketedList = readonly (string | BracketedList)[];

/** Maximum nesting; a player's log has three levels. */
const MAX_DEPTH = 8;

/**
 * Reads `[a, [b, c], d]` with any atoms: the lists of Requet's logs contain unquoted addresses, `True` and `true`.
 * @returns null if the text is not such a list
 */
export function parseBracketedList(text: string): BracketedList | null {
  const stack: (string | BracketedList)[][] = [];
  let whole: BracketedList | null = null;
  let isClosed = false;
  for (const [token] of text.matchAll(/[[\],]|[^[\],]+/g)) {
    const top = stack.at(-1);
    if (token === '[') {
      if (whole !== null && top === undefined) return null;
      const list: (string | BracketedList)[] = [];
      if (top === undefined) whole = list;
      else top.push(list);
      stack.push(list);
      if (stack.length > MAX_DEPTH) return null;
      isClosed = false;
    } else if (token === ']') {
      if (stack.pop() === undefined) return null;
      isClosed = true;
    } else if (token === ',') {
      if (top === undefined) return null;
      isClosed = false;
    } else if (token.trim() !== '') {
      if (top === undefined || isClosed) return null;
      top.push(token.trim());
    }
  }
  return stack.length === 0 ? whole : null;
}
