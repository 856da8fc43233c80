/** What `npm run docs:commands` does with a command of the documentation: it runs it, or leaves it out for a reason. */
export type Fate = { readonly run: true | 'until stopped' } | { readonly run: false; readonly why: string };

const BY_TESTS = 'the integration tests run it';

const LEFT_OUT: readonly (readonly [begin: RegExp, why: string])[] = [
  [/^temporal (operator namespace|worker deployment|workflow (result|update-options)) /, BY_TESTS],
  [/^temporal workflow start --type (retryTrial|videoQualityPipeline .*captures\.json)/, BY_TESTS],
  [/^VQI_(INPUT_ROOTS|DEPLOYMENT)=/, BY_TESTS],
  [/ s3:\/\//, 'needs a bucket: test/cluster/s3-inputs.test.ts runs it'],
  [/^npm start$/, 'five minutes; bench/ and the integration tests run what it runs'],
  [/^npm test/, 'runs this'],
  [/^npm (ci|install)/, 'installs'],
  [/^npm run bench:/, 'a benchmark, hours for some'],
  [/^npm run course$/, 'runs docs/course.md, whose commands are run here one by one'],
  [/^vqi (worker|server)( --role \w+)?$/, 'runs until it is stopped; npm run worker is run'],
  [/^(npm run server|vqi codec-server)/, 'runs until it is stopped; the integration tests run it'],
  [/^vqi start$/, 'five minutes; bench/ and the integration tests run what it runs'],
  [
    /^(npm run vqi --|vqi) cross-evaluate /,
    'five trainings; test/integration/cross-evaluate.test.ts runs it',
  ],
  [
    /^npm run (histories|fuzz|many-captures|audit|docs:|wasm|format|lint|build)/,
    'for those who change the program',
  ],
  [/^node scripts\//, 'for those who change the program'],
  [
    /^((npm run vqi --|vqi) (retry-trial|models promote)|npm run vqi -- (splice|mix-background|flow-features|models)) /,
    BY_TESTS,
  ],
];
const UNTIL_STOPPED = /^(npm run worker|VQI_ENCRYPTION_KEYS=\S+ vqi codec-server)$/;
const RUN =
  /^(temporal |vqi |npm start -- |npm run vqi -- |npm run simulate|npm run --silent course:dataset|duckdb |export VQI_HOME=)/;

/** Null: nothing is known of the command. */
export function fateOf(text: string): Fate | null {
  const why = LEFT_OUT.find(([begin]) => begin.test(text))?.[1];
  if (why !== undefined) return { run: false, why };
  if (UNTIL_STOPPED.test(text)) return { run: 'until stopped' };
  return RUN.test(text) ? { run: true } : null;
}
