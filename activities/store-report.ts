import { writeFile } from 'node:fs/promises';
import type { ReportInput } from '../report/report-input.js';
import type { ArtifactRef } from '../schemas/artifact.js';
import { makeArtifact } from './artifacts.js';

/** Keeps what a report shows as a JSON artifact. */
export async function storeReport(artifacts: string, report: ReportInput): Promise<ArtifactRef> {
  const { artifact } = await makeArtifact(artifacts, 'report', 'json', async (path) => {
    await writeFile(path, JSON.stringify(report));
    return { rows: null, result: null };
  });
  return artifact;
}
