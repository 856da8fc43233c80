import ipaddr = require('ipaddr.js');
import type { ServiceRule } from '../../schemas/services.js';
import { fill } from '../core/fill.js';
import type { Warehouse } from '../core/warehouse.js';

/** Fills the run's tables `service_names` and `service_prefixes`; of several rules that match, the lowest rank counts. */
export async function writeServiceRules(warehouse: Warehouse, rules: readonly ServiceRule[]): Promise<void> {
  await fill(
    warehouse,
    'service_names',
    rules.flatMap(({ service, domains, patterns }, rank) => [
      ...domains.map((domain) => ({ service, rank, domain, pattern: null })),
      ...patterns.map((pattern) => ({ service, rank, domain: null, pattern })),
    ]),
  );
  await fill(
    warehouse,
    'service_prefixes',
    rules.flatMap(({ service, prefixes }, rank) =>
      prefixes.map((prefix) => ({ service, rank, prefix, ...keyRange(prefix) })),
    ),
  );
}

/** First and last address of a prefix as hexadecimal digits: 8 of an IPv4, 32 of an IPv6 address. */
function keyRange(prefix: string): { bits: number; first_key: string; last_key: string } {
  const [address, bits] = ipaddr.parseCIDR(prefix);
  const family = address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6;
  const key = (bytes: number[]): string => Buffer.from(bytes).toString('hex');
  return {
    bits,
    first_key: key(family.networkAddressFromCIDR(prefix).toByteArray()),
    last_key: key(family.broadcastAddressFromCIDR(prefix).toByteArray()),
  };
}
