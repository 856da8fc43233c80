import { resolvePath } from '../../common/resolve-path.js';
import { ORIGIN_FILES } from '../../schemas/data-origin.js';
import { splicingSchema } from '../../schemas/splicing.js';
import type { SplicedContent } from '../../warehouse/captures/spliced-pieces.js';
import { isMissing, type ConfinedFiles } from '../confined-files.js';
import { ConfigError } from '../failures.js';
import { requireThere } from './origins-at.js';
import { parseConfig } from './parse-config.js';

/**
 * Pieces of the spliced sessions in a folder; empty if none is spliced.
 * @throws ConfigError if the manifest is damaged, InputFileError if there is no such folder: nobody knows then
 */
export async function splicedContent(folder: string, files: ConfinedFiles): Promise<SplicedContent[]> {
  const path = resolvePath(folder, ORIGIN_FILES.spliced);
  const text = await files.text(path).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
    return null;
  });
  if (text === null) {
    await requireThere(folder, files);
    return [];
  }
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch {
    throw new ConfigError(`${path} is not valid JSON: splice the folder again`);
  }
  return parseConfig(splicingSchema, manifest, path).sessions.flatMap(({ sessionId, pieces }) =>
    pieces.map(({ contentHash }) => ({ sessionId, contentHash })),
  );
}
