import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { writeSimulation } from '../../cli/write-simulation.js';
import { projectRoot } from '../../common/project-root.js';
import { CONSTANT_SIMULATION } from '../constant-simulation.js';
import { testServer, WorkerProcess } from './worker-process.js';

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
}

/** What a collector of the protocol OTLP gets as JSON. */
interface Traces {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly { key: string; value: { stringValue?: string } }[] };
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
}

describe('traces', { timeout: 120_000 }, () => {
  it('are one from the command to the activities of the worker', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vqi-traces-'));
    const directory = join(folder, 'captures');
    const home = join(folder, 'home');
    await writeSimulation({ ...CONSTANT_SIMULATION, directory, sessions: 1, durationSeconds: 30 });
    const capture = join(
      directory,
      readdirSync(directory).find((name) => name.endsWith('.pcap'))!,
    );
    const spans: Span[] = [];
    const services = new Set<string>();
    const collector = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { resourceSpans } = JSON.parse(Buffer.concat(parts).toString()) as Traces;
        for (const { resource, scopeSpans } of resourceSpans) {
          for (const { key, value } of resource.attributes)
            if (key === 'service.name') services.add(value.stringValue ?? '');
          spans.push(...scopeSpans.flatMap((scope) => scope.spans));
        }
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
    collector.listen(0, '127.0.0.1');
    await once(collector, 'listening');
    const server = await testServer(join(folder, 'temporal'));
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
    };
    try {
      const worker = await WorkerProcess.start(home, server.address, env);
      try {
        await promisify(execFile)(
          process.execPath,
          [join(projectRoot(), 'dist', 'cli', 'main.js'), 'analyse', capture, '--run-id', 'traced'],
          { env: { ...process.env, VQI_HOME: home, TEMPORAL_ADDRESS: server.address, ...env } },
        );
      } finally {
        // Sends what it still has.
        await worker.stop();
      }
    } finally {
      await server.stop();
      collector.close();
      rmSync(folder, { recursive: true, force: true });
    }
    assert.deepEqual([...services], ['vqi']);
    const named = (name: string): Span => {
      const found = spans.filter((span) => span.name === name);
      assert.equal(found.length, 1, `${name} in ${spans.map((span) => span.name).join(', ')}`);
      return found[0]!;
    };
    const started = named('StartWorkflow:analyseCapture');
    assert.equal(started.parentSpanId ?? '', '');
    const ofRun = spans.filter(({ traceId }) => traceId === started.traceId);
    const chain = [
      'RunActivity:decodeCapture',
      'StartActivity:decodeCapture',
      'RunWorkflow:ingestCapture',
      'StartChildWorkflow:ingestCapture',
      'RunWorkflow:analyseCapture',
      'StartWorkflow:analyseCapture',
    ].map(named);
    assert.ok(chain.every((span) => ofRun.includes(span)));
    // Each is the child of the next one.
    assert.deepEqual(
      chain.slice(0, -1).map(({ parentSpanId }) => parentSpanId),
      chain.slice(1).map(({ spanId }) => spanId),
    );
  });
});
