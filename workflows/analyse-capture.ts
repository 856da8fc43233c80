import { executeChild, workflowInfo, WorkflowIdReusePolicy } from '@temporalio/workflow';
import type { CaptureAnalysisResult } from '../activities/warehouse-runs.js';
import { planning, warehouse } from './activity-options.js';
import { ingestCapture } from './ingest-capture.js';
import { ingestWorkflowId } from './ids.js';

/**
 * One capture, without labels: finds the video service by its DNS answers and makes statistics of its packets and
 * segments per window, sessions and features: tables of the run, and Parquet and CSV files.
 */
export async function analyseCapture(input: { capture: string }): Promise<CaptureAnalysisResult> {
  const { workflowId: runId } = workflowInfo();
  const { config, source } = await planning.planAnalysis.executeWithOptions(
    { summary: 'check the configuration' },
    [{ config: input }],
  );
  const { path, ...label } = source;
  const { captureId } = await executeChild(ingestCapture, {
    workflowId: ingestWorkflowId(runId, source.sessionId),
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    args: [
      {
        path,
        thresholds: { tcpBytes: config.segments.tcpRequestBytes, udpBytes: config.segments.udpRequestBytes },
        anonymise: config.anonymise,
      },
    ],
    staticSummary: path,
  });
  return await warehouse.analyseCapture.executeWithOptions(
    { summary: 'service windows, sessions, features' },
    [{ runId, config, source: { ...label, captureId, captureName: path } }],
  );
}
