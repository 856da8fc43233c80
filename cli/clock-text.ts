/** A time as `2026-01-31 13:45`, from ISO 8601 in UTC. */
export function clockText(isoTime: string): string {
  return isoTime.slice(0, 16).replace('T', ' ');
}
