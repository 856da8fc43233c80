import type { CaptureList, PlayerLogSource } from '../activities/planning/run-plan.js';
import type { ArtifactRef } from '../schemas/artifact.js';
import { filing } from './activity-options.js';

/** Reads the resolutions in the player logs of a run into one file; null if no session has a log. */
export async function readPlayerLogs(
  {
    playerLogs: logs,
    list,
  }: { readonly playerLogs: readonly PlayerLogSource[]; readonly list?: CaptureList },
  ladder: readonly number[],
  enter: (stage: 'reading the player logs') => void,
): Promise<ArtifactRef | null> {
  const count = logs.length + (list?.playerLogs ?? 0);
  if (count === 0) return null;
  enter('reading the player logs');
  return await filing.readPlayerLogs.executeWithOptions({ summary: `${count} player logs` }, [
    { logs, list, ladder },
  ]);
}
