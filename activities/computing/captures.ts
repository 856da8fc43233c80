import { createHmac } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import type { DecodingSettings } from '../../schemas/capture.js';
import { temporaryPath } from '../artifacts.js';
import type { CaptureFile } from '../../warehouse/captures/load-capture.js';
import { captureIdOf, decoderName, shortHash } from './capture-id.js';
import { homePaths, type ActivityDependencies } from '../dependencies.js';
import { captureFile } from '../planning/capture-folder.js';
import { ConfigError } from '../failures.js';
import { heartbeatWhile } from '../heartbeat-while.js';

/**
 * The decoder and the settings that shape its rows; captures decoded otherwise are other captures, and so are those
 * anonymised with another key, of which no more than 32 bits of a hash show here.
 * @throws ConfigError where the settings need a key that the worker was not given.
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

/** A decoded capture on disk: the folder holds what `decodedFiles` names. */
export interface DecodedCaptureRef {
  /** The file as it was before it was read. */
  readonly file: CaptureFile;
  readonly captureId: string;
  readonly decoder: string;
  readonly folder: string;
  readonly packets: number;
}

export function createCaptureActivities(dependencies: ActivityDependencies) {
  const { home, compute } = dependencies;
  const paths = homePaths(home);
  return {
    /**
     * Decodes a capture, as long as its file is at the beginning, into column files. Run twice for one workflow, it makes the same
     * folder twice: the last stays.
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
      const file = await captureFile(path);
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
        // One folder per ingest, not per content: another ingest of the same bytes may be loading its own.
        const folder = join(
          paths.decoded,
          shortHash(context.info.workflowExecution?.workflowId ?? context.info.activityId),
        );
        await rm(folder, { recursive: true, force: true });
        await rename(temporary, folder);
        return { file, captureId, decoder, folder, packets: summary.packets };
      } finally {
        await rm(temporary, { recursive: true, force: true });
      }
    },
  };
}
