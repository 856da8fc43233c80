import type { Tracing } from '../worker/tracing.js';
import { programVersion } from './program-version.js';
import { say } from './say.js';

/**
 * Traces of this process, if OTEL_EXPORTER_OTLP_ENDPOINT is set; else null, and nothing is loaded.
 * @throws Error if the packages are not installed
 */
export async function openTracing(env: NodeJS.ProcessEnv = process.env): Promise<Tracing | null> {
  const isWanted = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'].some(
    (name) => env[name] !== undefined && env[name] !== '',
  );
  if (!isWanted) return null;
  const { startTracing } = await import('../worker/tracing.js').catch((error: unknown) => {
    throw new Error(
      `OTEL_EXPORTER_OTLP_ENDPOINT is set, but the packages for traces cannot be loaded (${error instanceof Error ? error.message : String(error)}): they are optional dependencies, which npm install brings unless it is told not to; or unset the variable`,
      { cause: error },
    );
  });
  const name = env['OTEL_SERVICE_NAME'];
  return startTracing({
    serviceName: name === undefined || name === '' ? 'vqi' : name,
    version: programVersion(),
    log: say,
  });
}
