import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { FileChunks } from '../../../../worker/tasks/file-chunks.js';

it('reads a file to its end, or to a limit even if the file grows, and counts the bytes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-chunks-'));
  try {
    const path = join(folder, 'file');
    const content = Buffer.from(Uint8Array.from({ length: 600_000 }, (_, i) => i % 251));
    writeFileSync(path, content);
    for (const limit of [undefined, 0, 1, 65_536, 65_537, 599_999, 600_000]) {
      const chunks = new FileChunks(path, limit);
      const parts: Buffer[] = [];
      for await (const chunk of chunks) {
        if (parts.length === 0 && limit === 600_000) appendFileSync(path, 'more');
        parts.push(Buffer.from(chunk));
      }
      const wanted = content.subarray(0, limit);
      assert.ok(Buffer.concat(parts).equals(wanted), `limit ${limit}`);
      assert.equal(chunks.bytesRead, wanted.length);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
