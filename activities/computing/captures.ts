import { createHmac } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import type { DecodingSettings } from '../../schemas/capture.js';
import type { CaptureFile } from '../../warehouse/captures/load-capture.js';
import { temporaryPath } from '../artifacts.js';
import { homePaths, type ActivityDependencies } from '../dependencies.js';
import { ConfigError } from '../failures.js';
import { heartbeatWhile } from '../heartbeat-while.js';
import { captureFile } from '../planning/capture-folder.js';
import { captureIdOf, decoderName, shortHash } from './capture-id.js';

/**
 * Name of the decoder with all settings that its rows depend on: a file that is decoded with other settings, or anonymised
 * with another key, is another capture. Of the key, the name contains only 32 bits of a hash.
 * @throws ConfigError if the settings need a key that the worker does not have
 */
export function decoderKey(
  { thresholds, anonymise }: DecodingSettings,
  { anonymiseKey }: ActivityDependencies,
): string {
  const decoder = decoderName(thresholds);
  if (!anonymise) return decoder;
  if (anonymiseKey === undefined) {
    throw new ConfigError(
      'anonymise is set, but this worker has no key: start it with VQI_ANONYMISE_KEY, 64 hexadecimal digits (openssl rand -hex 32)',
    );
  }
  const keyName = createHmac('sha256', anonymiseKey).update('vqi anonymise key').digest('hex').slice(0, 8);
  return `${decoder}/anonymised-${keyName}`;
}

/** File in the folder of a decoded capture with the id of the workflow that will load it. */
export const WORKFLOW_FILE = 'workflow';

/** A decoded capture on disk: a folder with the files of `decodedFiles`. */
export interface DecodedCaptureRef {
  /** The capture file, with its size and time of change before it was read. */
  readonly file: CaptureFile;
  readonly captureId: string;
  readonly decoder: string;
  readonly folder: string;
  readonly packets: number;
}

export function createCaptureActivities(dependencies: ActivityDependencies) {
  const { home, compute, files } = dependencies;
  const paths = homePaths(home);
  return {
    /**
     * Decodes a capture into a folder of files; bytes that are appended to the capture meanwhile are not read. A second
     * attempt of the same workflow replaces the folder.
     */
    async decodeCapture({
      path,
      decoding,
    }: {
      path: string;
      decoding: DecodingSettings;
    }): Promise<DecodedCaptureRef> {
      const context = Context.current();
      const decoder = decoderKey(decoding, dependencies);
      const file = await captureFile(path, files);
      const temporary = await temporaryPath(paths.decoded, 'capture');
      try {
        const summary = await heartbeatWhile((onProgress, signal) =>
          compute.run(
            'decodeCapture',
            {
              capturePath: path,
              fileBytes: file.bytes,
              thresholds: decoding.thresholds,
              anonymiseKey: decoding.anonymise ? dependencies.anonymiseKey : undefined,
              folder: temporary,
            },
            { onProgress, signal },
          ),
        );
        const captureId = captureIdOf(summary.contentHash, decoder);
        const workflowId = context.info.workflowExecution?.workflowId ?? context.info.activityId;
        await writeFile(join(temporary, WORKFLOW_FILE), workflowId);
        // One folder per workflow, not per content: another workflow may be loading the same content.
        const folder = join(paths.decoded, shortHash(workflowId));
        await rm(folder, { recursive: true, force: true });
        await rename(temporary, folder);
        return { file, captureId, decoder, folder, packets: summary.packets };
      } finally {
        await rm(temporary, { recursive: true, force: true });
      }
    },
  };
}
