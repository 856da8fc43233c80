import ipaddr = require('ipaddr.js');
import type { ServiceRule } from '../../schemas/services.js';
import type { Warehouse } from '../core/warehouse.js';

type Row = Readonly<Record<string, string | number | null>>;

/** Writes a run's rules to its tables `service_names` and `service_prefixes`; the lower the rank, the sooner it counts. */
export async function writeServiceRules(warehouse: Warehouse, rules: readonly ServiceRule[]): Promise<void> {
  await makeTable(
    warehouse,
    'service_names',
    { service: 'varchar', rank: 'integer', domain: 'varchar', pattern: 'varchar' },
    rules.flatMap(({ service, domains, patterns }, rank) => [
      ...domains.map((domain) => ({ service, rank, domain, pattern: null })),
      ...patterns.map((pattern) => ({ service, rank, domain: null, pattern })),
    ]),
  );
  await makeTable(
    warehouse,
    'service_prefixes',
    {
      service: 'varchar',
      rank: 'integer',
      prefix: 'varchar',
      bits: 'integer',
      first_key: 'varchar',
      last_key: 'varchar',
    },
    rules.flatMap(({ service, prefixes }, rank) =>
      prefixes.map((prefix) => ({ service, rank, prefix, ...keyRange(prefix) })),
    ),
  );
}

/** First and last address of a prefix as hexadecimal digits: 8 of an IPv4, 32 of an IPv6 address. */
function keyRange(prefix: string): Row {
  const [address, bits] = ipaddr.parseCIDR(prefix);
  const family = address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6;
  const key = (bytes: number[]): string => Buffer.from(bytes).toString('hex');
  return {
    bits,
    first_key: key(family.networkAddressFromCIDR(prefix).toByteArray()),
    last_key: key(family.broadcastAddressFromCIDR(prefix).toByteArray()),
  };
}

/** The rows travel as one JSON value. */
async function makeTable(
  warehouse: Warehouse,
  table: string,
  types: Readonly<Record<string, string>>,
  rows: readonly Row[],
): Promise<void> {
  await warehouse.run(
    `create or replace table ${table} as select unnest(from_json($rows::json, $shape), recursive := true)`,
    { rows: JSON.stringify(rows), shape: JSON.stringify([types]) },
  );
}
