import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { projectRoot } from '../../../common/project-root.js';
import { readSqlFolder } from '../../../warehouse/core/sql-files.js';
import { tableDocs } from '../../../warehouse/docs/table-docs.js';

const folders = readdirSync(join(projectRoot(), 'sql'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

describe('docs/tables.md', () => {
  it('is what the files in sql/ say; npm run docs:tables rewrites it', async () => {
    const page = await tableDocs();
    assert.equal(readFileSync(join(projectRoot(), 'docs', 'tables.md'), 'utf8'), page);
    for (const folder of folders) assert.ok(page.includes(`\`sql/${folder}\``), folder);
  });

  it('has the grain of every table from its header', () => {
    for (const folder of folders.filter((name) => name !== 'checks'))
      for (const { name, description } of readSqlFolder(folder))
        assert.match(description ?? 'no description', /^one row per /, `${folder}/${name}`);
  });
});
