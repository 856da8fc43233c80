import { z } from 'zod';
import { SKIPPED_EXIT_CODE } from './exit-codes.js';
import { say } from './say.js';

const MOST_NAMED = 5;

const resultSchema = z.object({
  skipped: z.array(z.object({ captureName: z.string(), reason: z.string() })),
  /** Missing if all are named. */
  skippedTotal: z.int().optional(),
});

/** The captures that a run left out, from its result; empty if its kind of run reads none. */
export function skippedIn(result: unknown): z.infer<typeof resultSchema> {
  return resultSchema.safeParse(result).data ?? { skipped: [] };
}

/**
 * Names the captures that were left out and that no warning has named, as the last lines of a command, and makes it end with a
 * code of its own.
 */
export function saySkipped(ofRuns: readonly ReturnType<typeof skippedIn>[]): void {
  // The warning of each run has named its first one.
  const others = ofRuns.flatMap((run) => run.skipped.slice(1));
  const warnings = ofRuns.filter((run) => run.skipped.length > 0).length;
  const total = ofRuns.reduce((sum, run) => sum + (run.skippedTotal ?? run.skipped.length), 0);
  if (total === 0) return;
  for (const { captureName, reason } of others.slice(0, MOST_NAMED))
    say(`left out too: ${captureName}: ${reason}`);
  const named = warnings + Math.min(others.length, MOST_NAMED);
  say(
    `${total === 1 ? '1 capture that cannot be read was' : `${total} captures that cannot be read were`} left out${total > named ? ' (all are in the table all_skipped_captures)' : ''}: exit code ${SKIPPED_EXIT_CODE}; --strict stops instead`,
  );
  process.exitCode = SKIPPED_EXIT_CODE;
}
