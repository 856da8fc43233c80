import { percentText } from '../../common/percent-text.js';
import type { ServiceShare } from '../../schemas/services.js';

/** A part of the traffic and how it was recognised, such as `netflix (tls)` or `unmapped`. */
export function shareName({ service, provenance }: ServiceShare): string {
  return service === null ? provenance : `${service} (${provenance})`;
}

/** A part of the traffic as text: `netflix (tls) 28.5 %`. */
export function shareText(share: ServiceShare): string {
  return `${shareName(share)} ${percentText(share.share, 1)}`;
}
