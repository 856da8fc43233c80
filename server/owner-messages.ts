import { z } from 'zod';

/** The only argument of server/main.ts, as JSON. */
export const ownerOptionsSchema = z.strictObject({
  cli: z.string(),
  stateDir: z.string(),
  path: z.string(),
  port: z.int().min(1).max(65_535),
  uiPort: z.int().min(1).max(65_535),
});

/** The only line that server/main.ts prints, as JSON: the server is healthy, or another process owns it already. */
export const ownerMessageSchema = z.union([
  z.strictObject({ address: z.string(), uiAddress: z.string(), pid: z.int() }),
  z.strictObject({ ownedBy: z.int() }),
]);

export type OwnerOptions = z.infer<typeof ownerOptionsSchema>;
export type OwnerMessage = z.infer<typeof ownerMessageSchema>;
