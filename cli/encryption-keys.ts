import { readFileSync } from 'node:fs';
import { EncryptionKeys } from '../worker/encryption-codec.js';

const KEY_BYTES = 32;
const HINT = 'a line is ID=KEY, the key in base64; make one with echo "key-1=$(openssl rand -base64 32)"';

/**
 * The keys of the file in VQI_ENCRYPTION_KEYS; none if it is not set.
 * @throws Error with the line, the cause and the next step; it never contains a key
 */
export function readEncryptionKeys(env: NodeJS.ProcessEnv = process.env): EncryptionKeys {
  const path = env['VQI_ENCRYPTION_KEYS'];
  if (path === undefined || path === '') return new EncryptionKeys();
  const keys = new Map<string, Uint8Array>();
  for (const [at, line] of contentOf(path).split('\n').entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const fault = (what: string): Error =>
      new Error(`VQI_ENCRYPTION_KEYS: ${path}, line ${at + 1}: ${what}; ${HINT}`);
    const [, id, text] = /^\s*([\w.-]+)=([A-Za-z0-9+/]+=*)\s*$/.exec(line) ?? [];
    if (id === undefined || text === undefined) throw fault('not ID=KEY');
    const key = Buffer.from(text, 'base64');
    if (key.length !== KEY_BYTES)
      throw fault(`the key ${id} has ${key.length} bytes in place of ${KEY_BYTES}`);
    if (keys.has(id)) throw fault(`the id ${id} is there twice`);
    keys.set(id, key);
  }
  if (keys.size === 0) throw new Error(`VQI_ENCRYPTION_KEYS: ${path} has no key; ${HINT}`);
  return new EncryptionKeys(keys);
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'no such file' : message;
    throw new Error(`VQI_ENCRYPTION_KEYS: ${path}: ${reason}; correct or unset it`, { cause: error });
  }
}
