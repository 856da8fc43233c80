import { z } from 'zod';
import { ConfigError } from '../failures.js';

/** Checks the input of a workflow, or the content of a file, and fills in defaults. @throws ConfigError naming the key */
export function parseConfig<T>(schema: z.ZodType<T>, input: unknown, what = "the run's configuration"): T {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new ConfigError(`${what} cannot be used:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
