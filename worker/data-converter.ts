import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { EncryptionCodec, type EncryptionKeys } from './encryption-codec.js';

/** Module of the failure converter, in the worker and in the sandbox of the workflows. */
export const FAILURE_CONVERTER = fileURLToPath(new URL('../workflows/failure-converter.js', import.meta.url));

/** How workers and clients write what the server keeps: encrypted, messages of failures included, if there are keys. */
export function dataConverterOf(keys: EncryptionKeys): DataConverter {
  return {
    payloadCodecs: [new EncryptionCodec(keys)],
    ...(keys.isEmpty ? {} : { failureConverterPath: FAILURE_CONVERTER }),
  };
}
