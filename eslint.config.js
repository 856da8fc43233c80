import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** Layers that a folder must not import, in the order of ARCHITECTURE.md's diagram. */
const forbid = (...folders) => ({
  'no-restricted-imports': [
    'error',
    {
      patterns: folders.map((folder) => ({
        regex: `^(\\.\\./)+${folder}/`,
        message: `must not import ${folder}/`,
      })),
    },
  ],
});

export default tseslint.config(
  { ignores: ['dist*/', 'node_modules/', '.vqi/', 'vqi-data/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    plugins: { 'import-x': importX },
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
      'import-x/no-cycle': 'error',
    },
    settings: {
      'import-x/resolver-next': [importX.createNodeResolver({ extensionAlias: { '.js': ['.ts', '.js'] } })],
    },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  { files: ['schemas/**/*.ts'], rules: forbid('(workflows|activities|domain|warehouse|worker|server|cli)') },
  {
    files: ['domain/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(\\.\\./)+(workflows|activities|warehouse|worker|server|cli)/',
              message: 'domain/ imports only schemas/',
            },
            { regex: '^(@temporalio|@duckdb|apache-arrow)', message: 'domain/ is pure' },
            {
              regex: '^node:(fs|net|http|child_process|worker_threads)',
              message: 'domain/ does no input or output',
            },
          ],
        },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'domain/ has no clock' },
        { object: 'Math', property: 'random', message: 'nothing random without a seed' },
        { object: 'process', property: 'env', message: 'configuration is passed in' },
      ],
    },
  },
  { files: ['warehouse/**/*.ts'], rules: forbid('(workflows|activities|domain|worker|server|cli)') },
  { files: ['activities/**/*.ts'], rules: forbid('(workflows|worker|server|cli)') },
  { files: ['server/**/*.ts'], rules: forbid('(workflows|activities|domain|warehouse|worker|cli)') },
  {
    files: ['workflows/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(\\.\\./)+(domain|warehouse|worker|server|cli)/',
              message: 'workflows/ does no work itself',
            },
            { regex: '^(\\.\\./)+(activities|schemas)/', allowTypeImports: true, message: 'types only' },
            { regex: '^(node:|zod|@duckdb|apache-arrow)', message: 'not available in the workflow sandbox' },
          ],
        },
      ],
    },
  },
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-floating-promises': 'off' } },
  prettier,
);
