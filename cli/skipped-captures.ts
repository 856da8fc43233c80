import { z } from 'zod';
import { say } from './say.js';

/** Exit code of a command that gives an answer, but left captures out. */
export const SKIPPED_EXIT_CODE = 2;
const MOST_NAMED = 5;

const resultSchema = z.object({
  skipped: z.array(z.object({ captureName: z.string(), reason: z.string() })),
});

/** The captures that a run left out, from its result; empty if its kind of run reads none. */
export function skippedIn(result: unknown): z.infer<typeof resultSchema>['skipped'] {
  return resultSchema.safeParse(result).data?.skipped ?? [];
}

/** Names the captures that were left out, as the last lines of a command, and makes it end with a code of its own. */
export function saySkipped(skipped: ReturnType<typeof skippedIn>): void {
  if (skipped.length === 0) return;
  for (const { captureName, reason } of skipped.slice(0, MOST_NAMED))
    say(`left out: ${captureName}: ${reason}`);
  say(
    `${skipped.length === 1 ? '1 capture that cannot be read was' : `${skipped.length} captures that cannot be read were`} left out${skipped.length > MOST_NAMED ? ' (all are in the table skipped_captures)' : ''}: exit code ${SKIPPED_EXIT_CODE}; --strict stops instead`,
  );
  process.exitCode = SKIPPED_EXIT_CODE;
}
