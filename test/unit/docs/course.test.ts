import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { documentedIn } from '../../../bench/documented/page.js';
import { runPage } from '../../../bench/documented/run-page.js';
import { projectRoot } from '../../../common/project-root.js';
import { NO_SHARED_DATA, sharedData } from '../../shared-data.js';

const page = readFileSync(join(projectRoot(), 'docs', 'course.md'), 'utf8');
const data = sharedData();

describe('docs/course.md', { timeout: 300_000 }, () => {
  it(
    'shows in its first part what its commands print',
    { skip: data === null && NO_SHARED_DATA },
    async () => {
      const home = mkdtempSync(join(tmpdir(), 'vqi-course-'));
      let said = '';
      try {
        const now = await runPage(page, {
          ...{ home, sharedData: data! },
          only: ({ section }) => section.startsWith('Part 1:'),
          onProgress: (text) => (said += text),
        });
        assert.equal(now, page, said);
      } finally {
        rmSync(home, { recursive: true, force: true });
      }
    },
  );

  it('has no output that no command has printed', () => {
    const outputs = documentedIn(page).flatMap(({ output }) => output ?? []);
    assert.equal(outputs.length, page.match(/^```text$/gm)?.length);
    assert.ok(outputs.length > 8 && outputs.every(({ text }) => text.startsWith('┌')));
  });
});
