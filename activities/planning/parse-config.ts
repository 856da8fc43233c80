import { z } from 'zod';
import { ConfigError } from '../failures.js';

/** What a workflow was asked, or a file says, with every default filled in. @throws ConfigError naming the key. */
export function parseConfig<T>(schema: z.ZodType<T>, input: unknown, what = "the run's configuration"): T {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new ConfigError(`${what} cannot be used:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
