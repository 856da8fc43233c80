import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ConfinedFiles } from '../../../../activities/confined-files.js';
import { capturesAt } from '../../../../activities/planning/capture-folder.js';
import { StoreError } from '../../../../store/object-store.js';

/** A pcap without packets: magic, version 2.4, zone, accuracy, snap length, Ethernet. */
const EMPTY_PCAP = Buffer.from('d4c3b2a1020004000000000000000000ffff000001000000', 'hex');

describe('capturesAt', () => {
  it('skips what is a capture by its name only, and says what else is not', async () => {
    const root = mkdtempSync(join(tmpdir(), 'vqi-folder-'));
    const files = new ConfinedFiles(join(root, 'home'), [root]);
    try {
      for (const name of ['a.pcap', 'b.cap2']) writeFileSync(join(root, name), EMPTY_PCAP);
      writeFileSync(join(root, 'bad.pcap.gz'), 'text');
      writeFileSync(join(root, 'empty.pcapng'), '');
      for (const name of ['notes.txt', 'script.sh', 'sessions.csv', 'simulation.json'])
        writeFileSync(join(root, name), 'text\n');
      symlinkSync('/etc/hostname', join(root, 'out.pcap'));
      const { sources, skipped, warnings } = await capturesAt(root, files);
      assert.deepEqual(
        sources.map(({ sessionId }) => sessionId),
        ['a.pcap', 'b.cap2'],
      );
      assert.deepEqual(skipped.map(({ sessionId }) => sessionId).sort(), [
        'bad.pcap.gz',
        'empty.pcapng',
        'out.pcap',
      ]);
      assert.deepEqual(warnings, [`2 of 8 files in ${root} are not captures, such as notes.txt`]);
      await assert.rejects(capturesAt(join(root, 'notes.txt'), files), /notes\.txt: neither pcap nor pcapng/);
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it('follows links, finds every capture once, and accepts any file name', async () => {
    const root = mkdtempSync(join(tmpdir(), 'vqi-folder-'));
    try {
      const elsewhere = join(root, 'elsewhere');
      const folder = join(root, 'captures');
      for (const each of [elsewhere, folder, join(folder, '.hidden')]) mkdirSync(each);
      for (const path of [
        join(elsewhere, 'linked to.pcap'),
        join(folder, '-f für.txt'),
        join(folder, '.hidden', 'a.pcap'),
      ])
        writeFileSync(path, EMPTY_PCAP);
      writeFileSync(join(folder, 'zero.pcap'), '');
      symlinkSync(elsewhere, join(folder, 'sub'));
      symlinkSync(join(elsewhere, 'linked to.pcap'), join(folder, 'link.pcap'));
      symlinkSync(join(root, 'gone.pcap'), join(folder, 'broken.pcap'));
      symlinkSync(folder, join(elsewhere, 'around'));
      const names = (await capturesAt(folder, new ConfinedFiles(join(root, 'home'), [root]))).sources.map(
        ({ sessionId }) => sessionId,
      );
      assert.deepEqual(names, ['-f für.txt', 'link.pcap', 'sub/linked to.pcap']);
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it('leaves out what is refused, but fails if it gets no answer: that says nothing about a capture', async () => {
    const root = mkdtempSync(join(tmpdir(), 'vqi-folder-'));
    class Failing extends ConfinedFiles {
      retry: 'never' | 'later' = 'never';

      override async stream(path: string): ReturnType<ConfinedFiles['stream']> {
        if (path.endsWith('b.pcap')) throw new StoreError('no answer', undefined, this.retry);
        return await super.stream(path);
      }
    }
    const files = new Failing(join(root, 'home'), [root]);
    try {
      for (const name of ['a.pcap', 'b.pcap', 'c.pcap']) writeFileSync(join(root, name), EMPTY_PCAP);
      const { sources, skipped } = await capturesAt(root, files);
      assert.deepEqual(
        sources.map(({ sessionId }) => sessionId),
        ['a.pcap', 'c.pcap'],
      );
      assert.deepEqual(skipped, [
        { sessionId: 'b.pcap', captureName: join(root, 'b.pcap'), reason: 'no answer' },
      ]);
      files.retry = 'later';
      await assert.rejects(capturesAt(root, files), { name: 'StoreError', message: 'no answer' });
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
