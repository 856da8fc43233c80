/** A number with its noun, and with the verb behind it if there is one: `1 session`, `3 sessions`, `1 file is`, `2 files are`. */
export function countText(number: number, noun: string, one?: string, several?: string): string {
  const verb = number === 1 ? one : several;
  return `${number} ${noun}${number === 1 ? '' : 's'}${verb === undefined ? '' : ` ${verb}`}`;
}
