import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';
import { noCircle } from './scripts/eslint/no-circle.js';
import { MAY_IMPORT } from './scripts/eslint/rooms.js';

const ROOMS = Object.keys(MAY_IMPORT);
const filesOf = (rooms) => rooms.map((room) => `${room}/**/*.ts`);

const zones = ROOMS.flatMap((room) =>
  [...ROOMS, 'bench', 'test']
    .filter((other) => other !== room && !MAY_IMPORT[room].includes(other))
    .map((other) => ({
      target: `./${room}`,
      from: `./${other}`,
      message: `${room}/ must not import ${other}/`,
    })),
);

/** Rooms without files, clock, environment or randomness that has no seed. `common` is pure but for one file. */
const PURE_ROOMS = ['common', 'capture', 'datasets', 'simulation', 'learning', 'report'];
const PROJECT_ROOT = 'common/project-root.ts';

const INPUT_OUTPUT =
  '^(node:)?(child_process|cluster|dgram|dns|fs|http|http2|https|inspector|net|os|process|readline|repl|timers|tls|v8|vm|worker_threads)(/|$)';
const STORES = { regex: '^(@duckdb/|apache-arrow)', message: 'warehouse/ alone knows DuckDB and Arrow' };
const TEMPORAL = {
  regex: '^@temporalio/',
  message: 'only activities, workflows, worker and cli know Temporal',
};

/** They read files of the home folder, of the program, or inputs after a check of their paths. */
const READERS_OF_FILES = [
  'artifacts',
  'confined-files',
  'named-paths',
  'shared-inputs',
  'stored-files',
  'computing/matrix-cache',
].map((name) => `activities/${name}.ts`);

const packages = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] });

const ENVIRONMENT = {
  object: 'process',
  property: 'env',
  message: 'cli/ reads the environment and passes it on',
};
const IMPURE = [
  ENVIRONMENT,
  { object: 'Date', property: 'now', message: 'no clock: times come from the data' },
  { object: 'performance', property: 'now', message: 'no clock: times come from the data' },
  { object: 'Math', property: 'random', message: 'nothing is random without a seed: common/random.ts' },
];
const PLAIN_ERROR = {
  selector:
    ':matches(ClassDeclaration, ClassExpression)[superClass.name=/^([A-Z]\\w+)?Error$/][superClass.name!="VqiError"]',
  message: 'extend VqiError, which says whether a retry can help',
};
const IMPURE_SYNTAX = [
  PLAIN_ERROR,
  {
    selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
    message: 'no clock: times come from the data',
  },
  {
    selector:
      'ImportDeclaration[source.value=/^(node:)?crypto$/] :matches(ImportSpecifier[imported.name=/^random|getRandomValues/], ImportNamespaceSpecifier, ImportDefaultSpecifier)',
    message: 'nothing is random without a seed: common/random.ts',
  },
  {
    selector: 'CallExpression[callee.name=/^(fetch|setTimeout|setInterval)$/]',
    message: 'no input, output or clock in this room',
  },
  {
    selector: 'ImportExpression[source.value=/^(node:|@|apache-arrow)/]',
    message: 'packages are imported at the head of a file, where their rules are checked',
  },
];

const EXACT_PATHS = {
  selector:
    ':matches(TemplateElement[value.raw=/read_(blob|csv|json|ndjson|parquet|text)/], Literal[value=/read_(blob|csv|json|ndjson|parquet|text)[^a-z]/])',
  message: 'DuckDB takes file names for patterns: warehouse/core/read-file.ts',
};
const TYPED_LISTS = {
  selector:
    'CallExpression[callee.property.name=/^(run|runAndRead.*|stream.*|prepare|start.*)$/]:matches([callee.object.name=/[cC]onnection$/], [callee.object.property.name="connection"])[arguments.length=2]',
  message:
    'a list without a type takes that of its first value: bind values by Warehouse.run and Warehouse.rows, or give typesOf(values)',
};

export default tseslint.config(
  { ignores: ['dist*/', 'node_modules/', '.vqi/', 'vqi-data/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    plugins: { 'import-x': importX, vqi: { rules: { 'no-circle': noCircle } } },
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-require-imports': ['error', { allowAsImport: true }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'import-x/no-restricted-paths': ['error', { zones }],
      'vqi/no-circle': 'error',
      'import-x/order': [
        'error',
        {
          groups: ['builtin', 'external', ['parent', 'sibling', 'index']],
          'newlines-between': 'never',
          alphabetize: { order: 'asc', caseInsensitive: true },
        },
      ],
    },
    settings: {
      'import-x/resolver-next': [importX.createNodeResolver({ extensionAlias: { '.js': ['.ts', '.js'] } })],
    },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  { files: filesOf(ROOMS), rules: { 'no-restricted-syntax': ['error', PLAIN_ERROR] } },
  {
    files: filesOf(ROOMS.filter((room) => room !== 'cli')),
    rules: { 'no-restricted-properties': ['error', ENVIRONMENT] },
  },
  {
    files: filesOf(PURE_ROOMS),
    ignores: [PROJECT_ROOT],
    rules: {
      ...packages(
        STORES,
        TEMPORAL,
        { regex: INPUT_OUTPUT, message: 'no input or output in this room' },
        { regex: '^(\\.\\./)+common/project-root', message: 'no files in this room' },
      ),
      'no-restricted-properties': ['error', ...IMPURE],
      'no-restricted-syntax': ['error', ...IMPURE_SYNTAX],
    },
  },
  { files: ['common/vqi-error.ts'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: filesOf(['schemas']),
    rules: packages({ regex: '^(?!zod$|\\.)', message: 'schemas/ imports zod alone' }),
  },
  { files: filesOf(['warehouse']), rules: packages(TEMPORAL) },
  {
    files: filesOf(['warehouse', 'activities', 'library', 'worker']),
    ignores: ['warehouse/core/read-file.ts', 'warehouse/core/warehouse.ts'],
    rules: { 'no-restricted-syntax': ['error', PLAIN_ERROR, EXACT_PATHS, TYPED_LISTS] },
  },
  {
    files: filesOf(['server']),
    rules: packages(STORES, { regex: '^@temporalio/(?!client|common|testing)', message: TEMPORAL.message }),
  },
  { files: filesOf(['activities', 'library', 'worker']), rules: packages(STORES) },
  {
    files: filesOf(['activities']),
    ignores: READERS_OF_FILES,
    rules: packages(STORES, {
      regex: '^node:fs(/promises)?$',
      importNamePattern: '^(default|open|read|createReadStream|l?stat|access|opendir|watch)',
      message: 'files that others made are read through ConfinedFiles, which checks their paths',
    }),
  },
  {
    files: filesOf(['cli']),
    rules: packages(
      STORES,
      {
        regex: '^(\\.\\./)+activities/',
        allowTypeImports: true,
        message: 'cli/ starts workflows; it takes only types of activities/',
      },
      {
        regex: '^(\\.\\./)+warehouse/(?!export/|reading/)',
        message: 'of warehouse/, cli/ takes only what exports and reads tables',
      },
    ),
  },
  {
    files: filesOf(['workflows']),
    rules: packages(
      {
        regex: '^(\\.\\./)+common/(?!(setting|percent|count)-text\\.js$)',
        message: 'not all of common/ runs in the workflow sandbox',
      },
      {
        regex: '^(\\.\\./)+(activities|learning|schemas)/(?!(skipped-capture|baseline-families)\\.js$)',
        allowTypeImports: true,
        message: 'workflows/ takes only types, because zod and others do not run in the sandbox',
      },
      {
        regex: '^(node:|zod|@duckdb|apache-arrow|@temporalio/(?!workflow|common))',
        message: 'not available in the workflow sandbox',
      },
    ),
  },
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-floating-promises': 'off' } },
  prettier,
);
