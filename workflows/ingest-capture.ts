import { ApplicationFailure, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { DecodingSettings, RequestThresholds } from '../schemas/capture.js';
import { computing, filing, warehouse } from './activity-options.js';
import { bindToWarehouse } from './bind-to-warehouse.js';

export interface IngestCaptureInput {
  /** A pcap or pcapng file, plain or compressed, on the worker's machine. */
  readonly path: string;
  /** Files that continue the capture, in the order of time. Default: none. */
  readonly furtherPaths?: readonly string[];
  /** True: a file of several that cannot be read is an error. Default: false. */
  readonly strict?: boolean;
  readonly thresholds?: RequestThresholds;
  /** Replace client addresses by prefix-preserving ones; the worker needs VQI_ANONYMISE_KEY. Default: false. */
  readonly anonymise?: boolean;
}

export interface IngestCaptureResult {
  /** Key of the capture in every table, a decimal string. */
  readonly captureId: string;
  /** False: a file with the same content was read before. */
  readonly isNew: boolean;
}

/**
 * Reads one capture into `captures`, `packets`, `flows`, `segments`, `dns_messages`, `dns_answers` and `server_names`, in one
 * transaction. The same content is stored only once, whatever the file's name.
 */
export async function ingestCapture(input: IngestCaptureInput): Promise<IngestCaptureResult> {
  // A user who starts this workflow directly may pass anything.
  const path: unknown = (input as Partial<IngestCaptureInput> | undefined)?.path;
  if (typeof path !== 'string')
    throw ApplicationFailure.nonRetryable('the input must be {"path": "…"}', 'ConfigError');
  const { furtherPaths, strict } = input;
  const decoding: DecodingSettings = {
    thresholds: input.thresholds ?? { tcpBytes: 0, udpBytes: 150 },
    anonymise: input.anonymise ?? false,
  };

  await bindToWarehouse();
  // A run has sent the capture to where all machines find it; a user has it on the machine of the warehouse.
  const machine = workflowInfo().parent === undefined ? filing : computing;
  const decoded = await machine.decodeCapture.executeWithOptions({ summary: `decode ${path}` }, [
    { path, ...(furtherPaths && { furtherPaths }), ...(strict === true && { strict }), decoding },
  ]);
  const isNew = await warehouse.loadCapture.executeWithOptions(
    { summary: `load ${decoded.packets} packets` },
    [{ decoded }],
  );
  setCurrentDetails(
    `${path}: ${decoded.packets} packets, capture ${decoded.captureId}${isNew ? '' : ', already stored'}`,
  );
  return { captureId: decoded.captureId, isNew };
}
