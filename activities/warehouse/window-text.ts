import type { RunConfig } from '../../schemas/run-config.js';

/** How a run cut sessions into windows, for its report. */
export function windowText({ seconds, align, lengths }: RunConfig['windows']): string {
  const begin =
    align === 'session' ? 'counted from the begin of the session' : 'at multiples of that since 1970, UTC';
  return `${seconds} s, ${begin}; lengths of packets ${lengths === 'wire' ? 'on the wire' : 'as captured'}`;
}
