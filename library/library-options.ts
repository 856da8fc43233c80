import { z } from 'zod';
import { ConfigError } from '../activities/failures.js';
import { parseConfig } from '../activities/planning/parse-config.js';
import { analyseCaptureConfigSchema } from '../schemas/run-config.js';

const KEY_BYTES = 32;

const { windows, segments, service, sessionGapSeconds, join, strict } = analyseCaptureConfigSchema.shape;

const sharedOptions = {
  service: service.optional(),
  join: join.optional(),
  strict: strict.optional(),
  anonymiseKey: z
    .instanceof(Uint8Array)
    .refine(({ length }) => length === KEY_BYTES, { error: `must have ${KEY_BYTES} bytes` })
    .optional(),
  threads: z.int().min(1).optional(),
  temporaryFolder: z.string().min(1).optional(),
};

const analyseOptionsSchema = z.strictObject({
  ...sharedOptions,
  windows: windows.optional(),
  segments: segments.optional(),
  sessionGapSeconds: sessionGapSeconds.optional(),
});

const inferOptionsSchema = z.strictObject({ ...sharedOptions, model: z.string().min(1) });

/** Checks what a program passed, which no compiler may have checked. @throws ConfigError naming the option */
export function checkCall(name: 'analyseCapture' | 'inferCapture', capture: unknown, options: unknown): void {
  if (typeof capture !== 'string' || capture === '')
    throw new ConfigError(`${name}: the first argument must be the path of a capture or a folder`);
  const schema = name === 'analyseCapture' ? analyseOptionsSchema : inferOptionsSchema;
  parseConfig<unknown>(schema, options, `the options of ${name}`);
}
