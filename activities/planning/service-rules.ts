import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { mergeServiceRules } from '../../capture/services/merge-rules.js';
import { jsonFaultText } from '../../common/json-fault-text.js';
import { projectRoot } from '../../common/project-root.js';
import { resolvePath } from '../../common/resolve-path.js';
import { VqiError } from '../../common/vqi-error.js';
import type { ArtifactRef } from '../../schemas/artifact.js';
import { serviceRulesFileSchema, type ServiceRule } from '../../schemas/services.js';
import { firstBadPattern } from '../../warehouse/captures/check-patterns.js';
import { makeArtifact, readShippedFile } from '../artifacts.js';
import { isMissing, type ConfinedFiles } from '../confined-files.js';
import { ConfigError } from '../failures.js';
import { nothingAt } from './nothing-at.js';

/** The rules of this program. */
const SHIPPED_RULES = join(projectRoot(), 'services', 'default.json');

/**
 * Stores the service rules of a run as an artifact: those of this program, extended by a user's file.
 *
 * @param ownPath the user's file, or null
 * @throws InputFileError if the file is missing, PathNotAllowedError, ConfigError naming the file and the wrong key
 */
export async function storeServiceRules(
  folder: string,
  ownPath: string | null,
  files: ConfinedFiles,
): Promise<ArtifactRef> {
  const rules = await readServiceRules(ownPath, files);
  const { artifact } = await makeArtifact(folder, 'services', 'json', async (path) => {
    await writeFile(path, JSON.stringify(rules, null, 1));
    return { rows: rules.length, result: null };
  });
  return artifact;
}

/** The rules of this program, extended by a user's file. @throws as `storeServiceRules` */
export async function readServiceRules(ownPath: string | null, files: ConfinedFiles): Promise<ServiceRule[]> {
  const shipped = await readRules(SHIPPED_RULES, readShippedFile);
  const own =
    ownPath === null ? [] : await readRules(resolvePath(ownPath), async (path) => await files.text(path));
  return mergeServiceRules(shipped, own);
}

async function readRules(path: string, read: (path: string) => Promise<string>): Promise<ServiceRule[]> {
  const text = await read(path).catch((error: unknown) => {
    if (error instanceof VqiError && !isMissing(error)) throw error;
    throw nothingAt(path, "no such file on the worker's machine");
  });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`${path} ${jsonFaultText(error)}`);
  }
  const parsed = serviceRulesFileSchema.safeParse(content);
  if (!parsed.success)
    throw new ConfigError(`${path}: the service rules cannot be used:\n${z.prettifyError(parsed.error)}`);
  const { services } = parsed.data;
  for (const [index, { patterns }] of services.entries()) {
    const bad = await firstBadPattern(patterns);
    if (bad)
      throw new ConfigError(
        `${path}: the service rules cannot be used:\n✖ ${bad.pattern} is not a valid RE2 pattern: ${bad.reason}\n  → at services[${index}].patterns`,
      );
  }
  return services;
}
