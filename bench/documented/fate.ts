/** What `npm run docs:commands` does with a command of the documentation: it runs it, or leaves it out for a reason. */
export type Fate = { readonly run: true } | { readonly run: false; readonly why: string };

const LEFT_OUT: readonly (readonly [begin: RegExp, why: string])[] = [
  [/^(VQI_\w+=\S+ )?temporal /, 'needs a worker beside it: the integration tests start these workflows'],
  [/ s3:\/\//, 'needs a bucket: test/integration/bucket-inputs.test.ts runs it'],
  [/^VQI_INPUT_ROOTS=s3:/, 'runs until it is stopped'],
  [/^npm start$/, 'five minutes; bench/ and the integration tests run what it runs'],
  [/^npm test/, 'runs this'],
  [/^npm (ci|install)/, 'installs'],
  [/^npm run bench:/, 'a benchmark, hours for some'],
  [/^npm run course$/, 'runs docs/course.md, whose commands are run here one by one'],
  [/^(VQI_\w+=\S+ )*(npm run|vqi) (worker|server|codec-server)( --role \w+)?$/, 'runs until it is stopped'],
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
    'the integration tests run it',
  ],
];
const RUN =
  /^(vqi |npm start -- |npm run vqi -- |npm run simulate|npm run --silent course:dataset|duckdb |export VQI_HOME=)/;

/** Null: nothing is known of the command. */
export function fateOf(text: string): Fate | null {
  const why = LEFT_OUT.find(([begin]) => begin.test(text))?.[1];
  if (why !== undefined) return { run: false, why };
  return RUN.test(text) ? { run: true } : null;
}
