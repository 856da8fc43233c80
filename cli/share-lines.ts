import { shareName } from '../capture/services/share-text.js';
import type { ServiceShare } from '../schemas/services.js';

/** One line for each part of a capture's traffic: service, how it was told, share, bytes, flows. */
export function shareLines(shares: readonly ServiceShare[]): string[] {
  const width = Math.max(0, ...shares.map((share) => shareName(share).length));
  return shares.map((share) => {
    const percent = `${(100 * share.share).toFixed(1)} %`.padStart(7);
    return `${shareName(share).padEnd(width)} ${percent}  ${share.wireBytes} bytes in ${share.flows} flows`;
  });
}
