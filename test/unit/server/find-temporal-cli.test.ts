import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { findTemporalCli } from '../../../server/find-temporal-cli.js';
import { TemporalServerError } from '../../../server/temporal-server-error.js';

const FAKE_CLI = '#!/bin/sh\necho "temporal version 9.9.9 (Server 1.29.1, UI 2.42.1)"\n';

describe('findTemporalCli', () => {
  let root = '';
  const logged: string[] = [];
  const log = (message: string) => void logged.push(message);
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'vqi-find-'));
  });
  after(() => rm(root, { recursive: true, force: true }));

  const program = async (path: string, text: string) => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    await chmod(path, 0o755);
    return path;
  };

  it('prefers the setting, then PATH, then the cache', async () => {
    const setting = await program(join(root, 'setting', 'my-temporal'), FAKE_CLI);
    const onPath = await program(join(root, 'path', 'temporal'), FAKE_CLI);
    const cacheDir = join(root, 'cache');
    const cached = await program(join(cacheDir, 'bin', 'temporal'), FAKE_CLI);
    const path = `${join(root, 'empty')}:${dirname(onPath)}`;

    assert.equal(await findTemporalCli({ explicit: setting, path, cacheDir, log }), setting);
    assert.equal(await findTemporalCli({ path, cacheDir, log }), onPath);
    assert.equal(await findTemporalCli({ path: join(root, 'empty'), cacheDir, log }), cached);
    assert.deepEqual(logged, []);
  });

  it('ignores a program on PATH that is not the Temporal CLI', async () => {
    const other = await program(join(root, 'other', 'temporal'), '#!/bin/sh\necho something else\n');
    const cacheDir = join(root, 'cache-2');
    const cached = await program(join(cacheDir, 'bin', 'temporal'), FAKE_CLI);
    assert.equal(await findTemporalCli({ path: dirname(other), cacheDir, log }), cached);
  });

  it('rejects a setting that does not work, without trying other sources', async () => {
    const explicit = join(root, 'nowhere', 'temporal');
    await assert.rejects(
      findTemporalCli({ explicit, path: '', cacheDir: join(root, 'cache'), log }),
      (error: unknown) =>
        error instanceof TemporalServerError &&
        error.message.includes(`VQI_TEMPORAL_CLI is ${explicit}`) &&
        error.message.includes('ENOENT'),
    );
  });

  it('stops when it is aborted', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await assert.rejects(
      findTemporalCli({ path: '', cacheDir: join(root, 'cache-3'), log, signal }),
      /enough/,
    );
  });

  describe('with nothing installed', () => {
    /** The SDK's download cannot be faked; if its host is reachable, these tests would download 100 MB. */
    let isOffline = false;
    before(async () => {
      const { downloadTemporalCli } = await import('../../../server/download-temporal-cli.js');
      const lookup = await import('node:dns/promises');
      isOffline = await lookup.lookup('temporal.download').then(
        () => false,
        () => true,
      );
      if (isOffline) {
        await assert.rejects(
          downloadTemporalCli({ target: join(root, 'dl', 'bin', 'temporal'), log }),
          /download/,
        );
      }
    });

    it('builds with Go into the cache, once for two callers, and leaves no other files', async (t) => {
      if (!isOffline) {
        t.skip('the download host is reachable');
        return;
      }
      const calls = join(root, 'go-calls');
      const go = await program(
        join(root, 'go', 'go'),
        `#!/bin/sh\necho "$@" >> ${calls}\nsleep 0.5\nprintf '%s' '${FAKE_CLI}' > "$GOBIN/temporal"\nchmod 755 "$GOBIN/temporal"\n`,
      );
      const cacheDir = join(root, 'cache-4');
      const options = { path: dirname(go), cacheDir, log };
      const found = await Promise.all([findTemporalCli(options), findTemporalCli(options)]);
      const target = join(cacheDir, 'bin', 'temporal');
      assert.deepEqual(found, [target, target]);
      assert.equal(await readFile(calls, 'utf8'), 'install github.com/temporalio/cli/cmd/temporal@v1.5.1\n');
      assert.deepEqual(await readdir(cacheDir), ['bin']);
      assert.deepEqual(await readdir(join(cacheDir, 'bin')), ['temporal']);
    });

    it('lists every attempt, why it failed, and what to do', async (t) => {
      if (!isOffline) {
        t.skip('the download host is reachable');
        return;
      }
      const go = await program(join(root, 'bad-go', 'go'), '#!/bin/sh\necho no such module >&2\nexit 1\n');
      const cacheDir = join(root, 'cache-5');
      await assert.rejects(findTemporalCli({ path: dirname(go), cacheDir, log }), (error: unknown) => {
        assert.ok(error instanceof TemporalServerError);
        const wanted = [
          '`temporal` on PATH: not found',
          `the cache (${join(cacheDir, 'bin', 'temporal')}): not found`,
          "the Temporal SDK's download: ",
          'building it with Go: ended with code 1\n  no such module',
          'TEMPORAL_ADDRESS',
          'VQI_TEMPORAL_CLI',
          'install the Temporal CLI',
          'install Go',
        ];
        for (const part of wanted) assert.ok(error.message.includes(part), `${part} in\n${error.message}`);
        return true;
      });
      await assert.rejects(
        findTemporalCli({ path: '', cacheDir, log }),
        /building it with Go: no `go` on PATH/,
      );
    });
  });
});
