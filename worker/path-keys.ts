import type { z } from 'zod';
import type { Activities, WarehouseActivities } from '../activities/index.js';
import type { flowFeaturesConfigSchema } from '../schemas/flow-features.js';
import type {
  analyseCaptureConfigSchema,
  IngestDatasetInput,
  RunConfigInput,
} from '../schemas/run-config.js';
import type { EvaluateModelConfigInput, InferSessionConfigInput } from '../schemas/run-config.js';
import type { tuneConfigSchema } from '../schemas/search.js';

type AnyActivity = Activities[keyof Activities] | WarehouseActivities[keyof WarehouseActivities];

/** Configurations, which activities check themselves: their type is `unknown` there. */
type Configuration =
  | RunConfigInput
  | IngestDatasetInput
  | InferSessionConfigInput
  | EvaluateModelConfigInput
  | z.input<typeof analyseCaptureConfigSchema>
  | z.input<typeof flowFeaturesConfigSchema>
  | z.input<typeof tuneConfigSchema>;

/** Keys under which any text may stand, at any depth; a fixed choice of texts is no free text. */
type TextKeys<Value, Key extends string = never> = Value extends string
  ? string extends Value
    ? Key
    : never
  : Value extends readonly (infer Item)[]
    ? TextKeys<Item, Key>
    : Value extends object
      ? TextKeysOfObject<Value>
      : never;

type Named<Value> = { [Name in keyof Value & string as string extends Name ? never : Name]: Value[Name] };
type TextKeysOfObject<Value> = {
  [Name in keyof Named<Value> & string]: TextKeys<Named<Value>[Name], Name>;
}[keyof Named<Value> & string];

/**
 * What the texts in the inputs of activities are: a path to read, a path to write, a file that this program made in the
 * home folder, or no path (the name of a sessions file is one of the names in its folder). A new key does not compile until
 * it stands here.
 */
const KEYS = {
  path: 'input',
  furtherPaths: 'input',
  capture: 'input',
  directory: 'input',
  rules: 'input',
  out: 'output',
  folder: 'own',
  foldsPath: 'own',
  assumedName: 'text',
  captureId: 'text',
  captureName: 'text',
  column: 'text',
  compression: 'text',
  date: 'text',
  decoder: 'text',
  excludeColumns: 'text',
  buildId: 'text',
  family: 'text',
  /** Of a result; only names are changed. */
  files: 'text',
  format: 'text',
  home: 'text',
  homeId: 'text',
  kind: 'text',
  labelColumn: 'text',
  model: 'text',
  modelId: 'text',
  modelRunId: 'text',
  name: 'text',
  notes: 'text',
  /** In the store. */
  object: 'text',
  parts: 'text',
  reason: 'text',
  request: 'text',
  run: 'text',
  runId: 'text',
  rule: 'text',
  salt: 'text',
  sessionColumn: 'text',
  sessionId: 'text',
  sessions: 'text',
  sessionsFile: 'text',
  sha256: 'text',
  site: 'text',
  text: 'text',
  timeColumn: 'text',
  trainingSha256: 'text',
  video: 'text',
  videoId: 'text',
  warnings: 'text',
} as const satisfies Record<TextKeys<Parameters<AnyActivity>[0] | Configuration>, PathKind | 'text'>;

type PathKind = 'input' | 'output' | 'own';

/** All paths in the input of an activity or a workflow, by what may be done with them. */
export function pathsIn(input: unknown): Record<PathKind, string[]> {
  const paths: Record<PathKind, string[]> = { input: [], output: [], own: [] };
  const visit = (value: unknown, key: string): void => {
    if (typeof value === 'string') {
      const kind = Object.hasOwn(KEYS, key) ? KEYS[key as keyof typeof KEYS] : 'text';
      if (kind !== 'text') paths[kind].push(value);
    } else if (Array.isArray(value)) for (const item of value) visit(item, key);
    else if (typeof value === 'object' && value !== null)
      for (const [name, item] of Object.entries(value)) visit(item, name);
  };
  visit(input, '');
  return paths;
}
