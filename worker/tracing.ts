import { createRequire } from 'node:module';
import otel = require('@opentelemetry/api');
import otlp = require('@opentelemetry/exporter-trace-otlp-http');
import resources = require('@opentelemetry/resources');
import sdk = require('@opentelemetry/sdk-trace-node');
import type { WorkflowClientInterceptor } from '@temporalio/client';
import interceptors = require('@temporalio/interceptors-opentelemetry');
import type { ActivityInterceptorsFactory, WorkerOptions } from '@temporalio/worker';

/** How long the last spans may take to be sent. */
const EXPORT_MS = 5000;

/** What clients and workers need, so that a run is one trace from the command to its activities. */
export interface Tracing {
  readonly client: WorkflowClientInterceptor;
  readonly activity: ActivityInterceptorsFactory;
  /** Module for the bundle of the workflows, whose spans arrive in the sink. */
  readonly workflowModule: string;
  readonly sinks: NonNullable<WorkerOptions['sinks']>;
  /** Sends the last spans. */
  end(): Promise<void>;
}

export interface TracingOptions {
  readonly serviceName: string;
  readonly version: string;
  /** Told once if spans cannot be sent. */
  readonly log: (line: string) => void;
}

/**
 * Sends OpenTelemetry traces of this process to the collector that the variables OTEL_EXPORTER_OTLP_* name. To be loaded only if
 * it is used: the packages are optional.
 */
export function startTracing({ serviceName, version, log }: TracingOptions): Tracing {
  let isTold = false;
  const tell = (...parts: unknown[]): void => {
    if (isTold) return;
    isTold = true;
    // An error arrives as JSON, with its stack.
    const text = parts.map(String).join(' ');
    const reason = /"message":"([^"]*)"/.exec(text)?.[1] ?? text;
    log(`traces cannot be sent (${reason}): correct OTEL_EXPORTER_OTLP_ENDPOINT, or unset it`);
  };
  const ignore = (): void => undefined;
  otel.diag.setLogger(
    { error: tell, warn: tell, info: ignore, debug: ignore, verbose: ignore },
    otel.DiagLogLevel.WARN,
  );
  const resource = new resources.Resource({ 'service.name': serviceName, 'service.version': version });
  const processor = new sdk.BatchSpanProcessor(new otlp.OTLPTraceExporter({ timeoutMillis: EXPORT_MS }));
  const provider = new sdk.NodeTracerProvider({ resource, spanProcessors: [processor] });
  // Sets the context and the propagation too: without them, each process would begin a trace of its own.
  provider.register();
  return {
    client: new interceptors.OpenTelemetryWorkflowClientInterceptor(),
    activity: (context) => ({
      inbound: new interceptors.OpenTelemetryActivityInboundInterceptor(context),
      outbound: new interceptors.OpenTelemetryActivityOutboundInterceptor(context),
    }),
    workflowModule: createRequire(import.meta.url).resolve(
      '@temporalio/interceptors-opentelemetry/lib/workflow-interceptors',
    ),
    sinks: { exporter: interceptors.makeWorkflowExporter(processor, resource) },
    async end() {
      await provider
        .shutdown()
        .catch((error: unknown) => tell(error instanceof Error ? error.message : String(error)));
    },
  };
}
