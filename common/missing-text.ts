/** Texts by which programs and people mark a value that is missing; compared in lower case, without spaces around. */
export const MISSING_TEXTS: readonly string[] = [
  '',
  '-',
  '--',
  '---',
  '–',
  '—',
  '?',
  '.',
  'na',
  'n/a',
  'n.a.',
  '#n/a',
  '#na',
  '<na>',
  'nan',
  '-nan',
  'nat',
  'null',
  'none',
  'nil',
  'missing',
  'undefined',
  'unknown',
  '(empty)',
];

const MISSING: ReadonlySet<string> = new Set(MISSING_TEXTS);

/** Whether a text says that there is no value. */
export function isMissingText(text: string): boolean {
  return MISSING.has(text.trim().toLowerCase());
}
