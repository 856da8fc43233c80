const SUFFIX = ' (replacing)';
/** Of results that a retried trial gives a finished run; the workflow that makes them follows. */
const RETRIED = ' (retried by ';
const RETRIED_ID = /^(?<run>.*) \(retried by (?<workflow>.*)\)$/s;

/** Id under which a run is built that is to replace the finished run `runId`, until it is finished itself. */
export function buildIdOf(runId: string): string {
  return `${runId}${SUFFIX}`;
}

/** Id under which a workflow makes new results for the finished run `runId`, from that run's tables. */
export function retryBuildIdOf(runId: string, workflowId: string): string {
  return `${runId}${RETRIED}${workflowId})`;
}

/** Whether a build only has new results for its run. */
export function isRetryBuild(buildId: string): boolean {
  return RETRIED_ID.test(buildId);
}

/** The workflow that makes a build. */
export function workflowIdOf(buildId: string): string {
  const retried = RETRIED_ID.exec(buildId)?.groups;
  if (retried !== undefined) return retried['workflow']!;
  return buildId.endsWith(SUFFIX) ? buildId.slice(0, -SUFFIX.length) : buildId;
}

/** The build that a run is, or is a part of; null if it is no build. */
export function buildOf(id: string): string | null {
  if (isRetryBuild(id)) return id;
  const at = id.indexOf(SUFFIX);
  return at < 0 ? null : id.slice(0, at + SUFFIX.length);
}

/** The run that a build is for, or of which it is a part; of an id that is no build's, the id itself. */
export function runIdOf(buildId: string): string {
  return RETRIED_ID.exec(buildId)?.groups?.['run'] ?? buildId.replaceAll(SUFFIX, '');
}
