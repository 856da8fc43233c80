import type { ServiceShare } from '../warehouse/service-shares.js';

/** One line for each part of a capture's traffic: service, how it was told, flows, bytes, share. */
export function shareLines(shares: readonly ServiceShare[]): string[] {
  const name = ({ service, provenance }: ServiceShare): string =>
    service === null ? provenance : `${service} (${provenance})`;
  const width = Math.max(0, ...shares.map((share) => name(share).length));
  return shares.map((share) => {
    const percent = `${(100 * share.share).toFixed(1)} %`.padStart(7);
    return `${name(share).padEnd(width)} ${percent}  ${share.wireBytes} bytes in ${share.flows} flows`;
  });
}
