import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../common/project-root.js';
import { analyseCaptureConfigSchema, type AnalyseCaptureConfig } from '../schemas/run-config.js';
import { serviceRulesFileSchema, type ServiceRule } from '../schemas/services.js';

/** Input of the measured programs, checked like the input of an activity. */
export interface FeaturesInput {
  readonly settings: AnalyseCaptureConfig;
  readonly rules: readonly ServiceRule[];
}

/** Writes the default settings and the shipped rules that recognise services. */
export async function writeFeaturesInput(path: string): Promise<void> {
  const rulesFile = await readFile(join(projectRoot(), 'services', 'default.json'), 'utf8');
  const input: FeaturesInput = {
    settings: analyseCaptureConfigSchema.parse({ capture: 'bench' }),
    rules: serviceRulesFileSchema.parse(JSON.parse(rulesFile)).services,
  };
  await writeFile(path, JSON.stringify(input));
}
