import { ladderOf, type RunConfig } from '../../schemas/run-config.js';
import type { ConfinedFiles } from '../confined-files.js';
import { ConfigError, InputFileError } from '../failures.js';
import type { FoundCaptures } from './capture-folder.js';
import { labelledCaptures } from './labelled-captures.js';
import { nothingAt } from './nothing-at.js';
import type { RunPlan } from './run-plan.js';
import { splicedContent } from './spliced-content.js';

/** Captures and player logs of a run; none if it is on a dataset, which must exist. @throws InputFileError and others */
export async function readSources(
  config: RunConfig,
  files: ConfinedFiles,
): Promise<Pick<RunPlan, 'sources' | 'playerLogs' | 'warnings'>> {
  const { source, timeline } = config;
  if (source.kind === 'dataset') {
    await requireReadable(source.path, files);
    return { sources: [], playerLogs: [] };
  }
  // Reports a damaged splicing manifest before captures are read.
  await splicedContent(source.directory, files);
  const found = await labelledCaptures(source.directory, source.sessionsFile, ladderOf(config), files);
  const known = found.sources.map(({ sessionId }) => sessionId);
  // Further sessions of a capture have the id of the first with #2, #3, …
  const missing = timeline.sessions.filter(
    (wanted) => !known.includes(wanted) && !known.includes(wanted.replace(/#\d+$/, '')),
  );
  if (missing.length > 0) throw unknownSessions(missing, known);
  return found;
}

/** The error about sessions to draw that do not exist. */
export function unknownSessions(missing: readonly string[], known: readonly string[]): ConfigError {
  return new ConfigError(
    `timeline.sessions names unknown sessions: ${missing.join(', ')}; this run has ${known.slice(0, 10).join(', ')}${known.length > 10 ? ', …' : ''}`,
  );
}

/** @throws InputFileError if it is not a file */
export async function requireReadable(path: string, files: ConfinedFiles): Promise<void> {
  const found = await files.status(path);
  if (found?.kind !== 'file') throw nothingAt(path, "no such file on the worker's machine");
}

/** @throws InputFileError naming the first capture that cannot be read, if the configuration is strict */
export function requireAll({ strict }: { readonly strict: boolean }, found: FoundCaptures): FoundCaptures {
  const [first] = found.skipped;
  if (strict && first !== undefined)
    throw new InputFileError(
      `${first.captureName} cannot be read: ${first.reason}; without strict, it is left out`,
    );
  return found;
}
