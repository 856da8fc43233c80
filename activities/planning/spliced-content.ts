import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ORIGIN_FILES } from '../../schemas/data-origin.js';
import { splicingSchema } from '../../schemas/splicing.js';
import type { SplicedContent } from '../../warehouse/captures/spliced-pieces.js';
import { ConfigError } from '../failures.js';
import { parseConfig } from './parse-config.js';

/** What the sessions of a folder were spliced of; empty where none was. @throws ConfigError where its manifest is damaged. */
export async function splicedContent(folder: string): Promise<SplicedContent[]> {
  const path = join(folder, ORIGIN_FILES.spliced);
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return [];
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch {
    throw new ConfigError(`${path} is no JSON`);
  }
  return parseConfig(splicingSchema, manifest, path).sessions.flatMap(({ sessionId, pieces }) =>
    pieces.map(({ contentHash }) => ({ sessionId, contentHash })),
  );
}
