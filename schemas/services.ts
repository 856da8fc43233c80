import { z } from 'zod';

const serviceName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens');

const domainName = z
  .string()
  .regex(/^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/, 'must be a DNS name in lower case, without a final dot')
  .max(253);

/** One service: the names and addresses by which it is recognised. */
export const serviceRuleSchema = z
  .strictObject({
    service: serviceName,
    /** DNS names of the service; all their subdomains match too. */
    domains: z.array(domainName).max(10_000).default([]),
    /** Regular expressions (RE2), searched in the lower-case name. */
    patterns: z.array(z.string().min(1)).max(1000).default([]),
    /** Address prefixes, IPv4 and IPv6, that only this service uses. */
    prefixes: z
      .array(
        z.union([z.cidrv4(), z.cidrv6()], 'must be an address prefix such as 192.0.2.0/24 or 2001:db8::/32'),
      )
      .max(10_000)
      .default([]),
    /** Where the names and prefixes are from. */
    source: z.string().optional(),
    /** True: replaces the default rule for this service. False: extends it. */
    replace: z.boolean().default(false),
  })
  .refine(({ domains, patterns, prefixes }) => domains.length + patterns.length + prefixes.length > 0, {
    error: 'must have domains, patterns or prefixes',
  });

/** A file of rules: `services/default.json`, or a user's file that extends it. */
export const serviceRulesFileSchema = z.strictObject({
  services: z
    .array(serviceRuleSchema)
    .min(1)
    .max(1000)
    .refine((rules) => new Set(rules.map(({ service }) => service)).size === rules.length, {
      error: 'must name each service once',
    }),
});

export type ServiceRule = z.infer<typeof serviceRuleSchema>;

/** A part of a run's TCP and UDP traffic. */
export interface ServiceShare {
  /** Null: no service. */
  readonly service: string | null;
  /** How the flows were recognised: tls, quic, gquic, dns, dns-other, prefix, assumed; unmapped if they were not. */
  readonly provenance: string;
  readonly flows: number;
  readonly wireBytes: number;
  /** Of the wire bytes of all TCP and UDP flows. */
  readonly share: number;
}

/** How sentences name the service of flows that no name or address shows, but that are assumed to carry the video. */
export const UNNAMED_SERVICES = 'unnamed services on port 443';
