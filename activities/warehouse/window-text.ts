import type { RunConfig } from '../../schemas/run-config.js';

/** How a run cut sessions into windows, for its report. A dataset has its windows already. */
export function windowText(windows: RunConfig['windows'], source: RunConfig['source'] | null): string {
  const { seconds } = windows;
  if (source?.kind !== 'dataset') return `${seconds} s, ${readingText(windows)}`;
  const later = source.forCaptures
    ? `; of captures that the model is applied to: ${readingText(windows)}`
    : '';
  return `${seconds} s, as in the dataset${later}`;
}

function readingText({ align, lengths }: RunConfig['windows']): string {
  const begin =
    align === 'session' ? 'counted from the begin of the session' : 'at multiples of that since 1970, UTC';
  return `${begin}; lengths of packets ${lengths === 'wire' ? 'on the wire' : 'as captured'}`;
}
