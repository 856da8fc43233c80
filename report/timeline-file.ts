/** Name of the file with a session's timeline, next to the report. */
export function timelineFile(title: string): string {
  return `timeline-${title.replaceAll(/[^A-Za-z0-9._-]+/g, '-')}.svg`;
}
