import { createHash } from 'node:crypto';

/** Ids that are names already, also where file names ignore case. `~` marks the others. */
const PLAIN = /^[a-z0-9_][a-z0-9._-]{0,79}$/;
const DIGITS = 12;
const READABLE_CHARACTERS = 40;

/**
 * Name of the file or folder of an id: safe and short, and another one for every id, even where file names ignore case.
 * `run-1` stays; `Run/1` becomes `Run_1~` with twelve hexadecimal digits of its SHA-256.
 */
export function fileName(id: string): string {
  return PLAIN.test(id) ? id : hashedName(id);
}

/** What can be read of an id, and a hash that tells it from all others. */
export function hashedName(id: string): string {
  const readable = id
    .replaceAll(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^[._]+/, '')
    .slice(0, READABLE_CHARACTERS);
  return `${readable}~${createHash('sha256').update(id).digest('hex').slice(0, DIGITS)}`;
}
