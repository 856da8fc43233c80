/** A run's name from the time: `<prefix>-20260131-134500`, UTC. */
export function newRunId(prefix: string, now: Date = new Date()): string {
  const [day, time] = now.toISOString().slice(0, 19).split('T');
  return `${prefix}-${(day ?? '').replaceAll('-', '')}-${(time ?? '').replaceAll(':', '')}`;
}
