const SUFFIX = ' (replacing)';

/** Id under which a run is built that is to replace the finished run `runId`, until it is finished itself. */
export function buildIdOf(runId: string): string {
  return `${runId}${SUFFIX}`;
}

/** The workflow that makes a build. */
export function workflowIdOf(buildId: string): string {
  return buildId.endsWith(SUFFIX) ? buildId.slice(0, -SUFFIX.length) : buildId;
}

/** The build that a run is, or is a part of; null if it is no build. */
export function buildOf(id: string): string | null {
  const at = id.indexOf(SUFFIX);
  return at < 0 ? null : id.slice(0, at + SUFFIX.length);
}

/** The run that a build is for, or of which it is a part; of an id that is no build's, the id itself. */
export function runIdOf(buildId: string): string {
  return buildId.replaceAll(SUFFIX, '');
}
