import { z } from 'zod';
import { ConfigError } from './failures.js';

/** What a workflow was asked, with every default filled in. @throws ConfigError naming the key. */
export function parseConfig<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (!parsed.success)
    throw new ConfigError(`the run's configuration cannot be used:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
