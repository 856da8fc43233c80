import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { mergeServiceRules } from '../../capture/services/merge-rules.js';
import { projectRoot } from '../../common/project-root.js';
import type { ArtifactRef } from '../../schemas/artifact.js';
import { serviceRulesFileSchema, type ServiceRule } from '../../schemas/services.js';
import { firstBadPattern } from '../../warehouse/captures/check-patterns.js';
import { makeArtifact } from '../artifacts.js';
import { ConfigError, InputFileError } from '../failures.js';

/** The rules of this program. */
const SHIPPED_RULES = join(projectRoot(), 'services', 'default.json');

/**
 * Stores the service rules of a run as an artifact: those of this program, extended by a user's file.
 *
 * @param ownPath the user's file, or null
 * @throws InputFileError if the file is missing, ConfigError naming the file and the wrong key
 */
export async function storeServiceRules(folder: string, ownPath: string | null): Promise<ArtifactRef> {
  const shipped = await readRules(SHIPPED_RULES);
  const rules = mergeServiceRules(shipped, ownPath === null ? [] : await readRules(resolve(ownPath)));
  const { artifact } = await makeArtifact(folder, 'services', 'json', async (path) => {
    await writeFile(path, JSON.stringify(rules, null, 1));
    return { rows: rules.length, result: null };
  });
  return artifact;
}

async function readRules(path: string): Promise<ServiceRule[]> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new InputFileError(`${path}: no such file on the worker's machine`);
  });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new ConfigError(
      `${path} is not valid JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
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
