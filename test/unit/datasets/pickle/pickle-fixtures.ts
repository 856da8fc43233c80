import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../../common/project-root.js';

/** Contents of a fixture as read by pandas; see `test/fixtures/pickles/make.py`. */
interface ExpectedFrame {
  readonly pandas: string;
  readonly index: readonly (string | null)[];
  readonly indexValues: readonly unknown[];
  readonly columns: readonly {
    readonly name: string;
    readonly dtype: string;
    readonly values: readonly unknown[];
  }[];
}

/** A pickle written by a real pandas version. */
interface PickleFixture {
  readonly version: string;
  readonly name: string;
  readonly path: string;
  readonly expected: ExpectedFrame;
}

const folder = join(projectRoot(), 'test', 'fixtures', 'pickles');

/** All fixtures, including compressed ones, ordered by name. */
function pickleFixtures(): PickleFixture[] {
  return readdirSync(folder)
    .filter((version) => /^\d/.test(version))
    .sort()
    .flatMap((version) =>
      readdirSync(join(folder, version))
        .filter((name) => name.includes('.pkl'))
        .sort()
        .map((name) => {
          const json = join(folder, version, `${name.split('.')[0] ?? ''}.json`);
          if (!existsSync(json)) throw new Error(`${json} is missing`);
          const expected = JSON.parse(readFileSync(json, 'utf8')) as ExpectedFrame;
          return { version, name, path: join(folder, version, name), expected };
        }),
    );
}

/** The fixtures that are not compressed. */
export function plainPickleFixtures(): PickleFixture[] {
  return pickleFixtures().filter(({ name }) => name.endsWith('.pkl'));
}
