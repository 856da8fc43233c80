import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { fileName } from '../common/file-name.js';
import { projectRoot } from '../common/project-root.js';
import { sharedData } from '../test/shared-data.js';
import { runPage } from './documented/run-page.js';

/** The drawing that the page shows, from the run and session of its third part. */
const DRAWING = { file: 'course-session.svg', run: 'course', session: 'sim-adaptive-49.pcap' };

const { check, queries } = new Command('course')
  .description(
    'answers the course, part by part: runs the commands of docs/course.md in .vqi/course, and writes what they print into the page',
  )
  .option('--queries', 'run the queries alone, on what the last run left in .vqi/course')
  .option('--check', 'write nothing; fail if the page shows anything else')
  .parse(process.argv.slice(3), { from: 'user' })
  .opts<{ check?: boolean; queries?: boolean }>();

const data = sharedData();
if (data === null)
  throw new Error(
    'there is no ../shared/data: name the folder with netflix_rebuilt.pcap.gz by VQI_SHARED_DATA',
  );
const home = join(projectRoot(), '.vqi', 'course');
if (queries !== true) rmSync(home, { recursive: true, force: true });
const path = join(projectRoot(), 'docs', 'course.md');
const shown = readFileSync(path, 'utf8');
const page = await runPage(shown, {
  ...{ home, sharedData: data },
  only: ({ text }) => queries !== true || text.startsWith('vqi query'),
  onCommands: ({ text }) => process.stderr.write(`\n${text}`),
  onProgress: (text) => process.stderr.write(text),
});
const drawing = join(home, 'runs', fileName(DRAWING.run), `timeline-${fileName(DRAWING.session)}.svg`);
const kept = join(projectRoot(), 'docs', DRAWING.file);
if (check === true) {
  const isSame = existsSync(kept) && readFileSync(drawing, 'utf8') === readFileSync(kept, 'utf8');
  if (page !== shown || !isSame) {
    process.stderr.write(
      'docs/course.md or its drawing differs from what its commands print: npm run course\n',
    );
    process.exitCode = 1;
  }
} else {
  writeFileSync(path, page);
  copyFileSync(drawing, kept);
  process.stderr.write(`\nthe answers are in ${path}; everything that the runs wrote is in ${home}\n`);
}
