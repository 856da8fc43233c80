import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { writeSimulation } from '../../cli/write-simulation.js';
import { FEATURES } from '../../schemas/features.js';
import { CONSTANT_SIMULATION } from '../constant-simulation.js';
import { analyseCapture, inferCapture, VqiError } from 'vqi';

describe('the library', { timeout: 240_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-library-'));
  const data = join(folder, 'data');
  const temporaryFolder = join(folder, 'temporary');
  const options = { threads: 1, temporaryFolder };
  const captureOf = (at: number): string =>
    join(data, readdirSync(data).filter((name) => name.endsWith('.pcap'))[at]!);

  before(async () => {
    mkdirSync(temporaryFolder);
    await writeSimulation({ ...CONSTANT_SIMULATION, directory: data, sessions: 2, durationSeconds: 60 });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('finds in a folder what the simulator says that it wrote, names what it cannot read, and leaves no file', async () => {
    writeFileSync(join(data, 'broken.pcap'), 'not a capture');
    const found = await analyseCapture(data, { ...options, windows: { seconds: 20 } });
    rmSync(join(data, 'broken.pcap'));
    assert.deepEqual(
      found.sessions.map(({ service, note }) => [service, note]),
      [
        [CONSTANT_SIMULATION.service, null],
        [CONSTANT_SIMULATION.service, null],
      ],
    );
    assert.deepEqual(found.skipped, [
      {
        sessionId: 'broken.pcap',
        captureName: join(data, 'broken.pcap'),
        reason: found.skipped[0]?.reason ?? '',
      },
    ]);
    assert.match(found.warnings.join('\n'), /^1 of 3 captures cannot be read and is left out: .*broken/m);
    for (const { sessionId, index, startMs, features } of found.windows) {
      const before = found.windows.find((each) => each.sessionId === sessionId && each.index === index - 1);
      if (before !== undefined) assert.equal(startMs - before.startMs, 20_000);
      assert.equal(Object.keys(features).length, FEATURES.length);
    }
    // Sessions of a minute, in windows of 20 s.
    for (const { sessionId } of found.sessions) {
      const { length } = found.windows.filter((each) => each.sessionId === sessionId);
      assert.ok(length === 3 || length === 4, `${sessionId}: ${length} windows`);
    }
    assert.deepEqual(readdirSync(temporaryFolder), []);
  });

  it('replaces client addresses if it gets a key', async () => {
    const plain = await analyseCapture(captureOf(0), options);
    const anonymised = await analyseCapture(captureOf(0), {
      ...options,
      anonymiseKey: new Uint8Array(32).fill(7),
    });
    const addresses = [plain, anonymised].map(({ sessions }) => sessions[0]?.clientAddress);
    assert.notEqual(addresses[0], addresses[1]);
    assert.equal(plain.windows.length, anonymised.windows.length);
  });

  it('throws errors of the project, with cause and next step, and leaves no file then either', async () => {
    const noModel = join(folder, 'no-model.json');
    writeFileSync(noModel, '{"format": "other"}');
    const old = join(folder, 'old');
    mkdirSync(old);
    const golden = join('test', 'golden', 'onnx');
    const name = readdirSync(golden).find((each) => each.endsWith('.model.json'))!;
    writeFileSync(join(old, 'model.json'), readFileSync(join(golden, name)));
    for (const [call, error, message] of [
      [
        () => analyseCapture(join(data, 'absent.pcap'), options),
        'InputFileError',
        /absent\.pcap: no such file/,
      ],
      [
        () => analyseCapture(captureOf(0), { ...options, windows: { seconds: 0 } }),
        'ConfigError',
        /windows\.seconds/,
      ],
      [
        () => analyseCapture(captureOf(0), { ...options, threads: 0 }),
        'ConfigError',
        /options of analyseCapture.*\n.*>=1\n.*threads/,
      ],
      [
        () => analyseCapture(captureOf(0), { ...options, anonymiseKey: new Uint8Array(16) }),
        'ConfigError',
        /must have 32 bytes\n.*anonymiseKey/,
      ],
      [
        () => analyseCapture(captureOf(0), { ...options, temporaryFolder: join(folder, 'absent') }),
        'ConfigError',
        /temporaryFolder: .*absent cannot be used .*ENOENT.*: name a folder/,
      ],
      // What a program in JavaScript may pass.
      [
        () => analyseCapture(captureOf(0), JSON.parse('{"thread": 1}') as object),
        'ConfigError',
        /options of analyseCapture.*\n.*"thread"/,
      ],
      [() => analyseCapture(JSON.parse('null') as string), 'ConfigError', /first argument must be the path/],
      [
        () =>
          inferCapture(
            captureOf(0),
            JSON.parse('{"model": "x", "windows": {"seconds": 5}}') as { model: string },
          ),
        'ConfigError',
        /options of inferCapture.*\n.*"windows"/,
      ],
      [
        () => inferCapture(captureOf(0), JSON.parse('null') as { model: string }),
        'ConfigError',
        /options of inferCapture/,
      ],
      [
        () => inferCapture(captureOf(0), { ...options, model: folder }),
        'InputFileError',
        /VQI_HOME\/runs\/RUN/,
      ],
      [
        () => inferCapture(captureOf(0), { ...options, model: noModel }),
        'ModelFormatError',
        /not a vqi-model file/,
      ],
      [
        () => inferCapture(captureOf(0), { ...options, model: old }),
        'ModelFormatError',
        /apply it with vqi infer/,
      ],
    ] as const)
      await assert.rejects(call(), (thrown) => {
        assert.ok(thrown instanceof VqiError);
        assert.equal(thrown.name, error);
        assert.match(thrown.message, message);
        return true;
      });
    assert.deepEqual(readdirSync(temporaryFolder), []);
  });
});
