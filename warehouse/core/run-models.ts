import { VqiError } from '../../common/vqi-error.js';
import { DuckDBListValue, list, VARCHAR } from './duckdb.js';
import { identifier } from './identifier.js';
import { readSqlFolder, type SqlModel } from './sql-files.js';
import type { SqlValue, Warehouse } from './warehouse.js';

/** The variable with the parameters of the models that are being built. */
const PARAMS = 'model_params';

export type ModelParams = Readonly<Record<string, SqlValue>>;

/** A check found offending rows: the tables are not as they must be. */
export class CheckFailedError extends VqiError {
  override readonly name = 'CheckFailedError';
  override readonly retry = 'never';

  constructor(
    readonly check: string,
    readonly offendingRows: number,
    sample: unknown,
  ) {
    super(`check ${check} found ${offendingRows} offending rows, the first being ${JSON.stringify(sample)}`);
  }
}

/** Orders models so that each comes after those that it reads. Tables that are not among the models must exist. */
export function orderModels(models: readonly SqlModel[]): SqlModel[] {
  const byName = new Map(models.map((model) => [model.name, model]));
  const ordered: SqlModel[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (model: SqlModel, path: readonly string[]): void => {
    if (state.get(model.name) === 'done') return;
    if (state.get(model.name) === 'open')
      throw new Error(`SQL models read each other in a circle: ${[...path, model.name].join(' -> ')}`);
    state.set(model.name, 'open');
    for (const read of model.reads) {
      const dependency = byName.get(read);
      if (dependency) visit(dependency, [...path, model.name]);
    }
    state.set(model.name, 'done');
    ordered.push(model);
  };
  for (const model of models) visit(model, []);
  return ordered;
}

/** Tables with a row for every packet or row of a dataset: a model that reads one may take long, so that progress names it. */
const LARGE_TABLES: ReadonlySet<string> = new Set([
  'packets',
  'dataset_file',
  'dataset_raw',
  'dataset_clean',
  'feat_windows',
]);

/**
 * Divides models into steps, each of which runs in one call: a call for every model would cost 1 ms more, since each goes
 * to another thread. A step begins with a model that may take long.
 */
function stepsOf(models: readonly SqlModel[]): SqlModel[][] {
  const steps: SqlModel[][] = [];
  for (const model of models) {
    const step = steps.at(-1);
    if (step === undefined || model.reads.some((table) => LARGE_TABLES.has(table))) steps.push([model]);
    else step.push(model);
  }
  return steps;
}

function fileOf({ folder, name }: SqlModel): string {
  return `sql/${folder}/${name}.sql`;
}

/**
 * Builds the tables of the named folders of `sql/` in the schema of the current run, each from its file.
 * To be called in a transaction.
 * @returns rows per table, without temporary ones.
 */
export async function buildModels(
  warehouse: Warehouse,
  folders: readonly string[],
  params: ModelParams,
  onModel: (name: string) => void = () => undefined,
): Promise<Record<string, number>> {
  const models = orderModels(folders.flatMap(readSqlFolder));
  await setParams(warehouse, models, params);
  for (const step of stepsOf(models)) {
    const [first, last] = [step[0]!, step.at(-1)!];
    onModel(step.length === 1 ? first.name : `${first.name} to ${last.name}`);
    const statements = step.flatMap((model) => statementsOf(model, params));
    const what = step.length === 1 ? fileOf(first) : `${fileOf(first)} to ${fileOf(last)}`;
    await warehouse.run(statements.join(';\n'), {}, what);
  }
  const drops = models.flatMap(({ name, isTemporary }) =>
    isTemporary ? [`drop table temp.${identifier(name)}`] : [],
  );
  if (drops.length > 0) await warehouse.run(drops.join('; '));
  const kept = models.filter(({ isTemporary }) => !isTemporary);
  return await countRows(
    warehouse,
    kept.map(({ name }) => name),
  );
}

/** The statements that make a model's table, if `setParams` has set its parameters. */
export function statementsOf(model: SqlModel, params: ModelParams): string[] {
  return [
    ...model.variables.map(({ name, query }) => `set variable ${name} = (${query})`),
    `create or replace ${model.isTemporary ? 'temporary ' : ''}table ${identifier(model.name)} as ${withVariables(model.sql, params)}`,
  ];
}

async function countRows(warehouse: Warehouse, tables: readonly string[]): Promise<Record<string, number>> {
  const counts = tables.map(
    (name) => `(select count(*) from ${identifier(name)})::double as ${identifier(name)}`,
  );
  const [row] = await warehouse.rows(`select ${counts.join(', ')}`);
  return Object.fromEntries(tables.map((name) => [name, Number(row?.[name])]));
}

/**
 * Runs the checks of `sql/checks` that read one of the tables just built, if all other tables that they read exist, and
 * records them in `checks`.
 * @throws CheckFailedError on the first check that returns a row.
 */
export async function runChecks(
  warehouse: Warehouse,
  runId: string,
  built: readonly string[],
  params: ModelParams,
): Promise<string[]> {
  const tables = new Set(
    (
      await warehouse.rows(
        "select distinct table_name from duckdb_tables() where schema_name in (current_schema(), 'main')",
      )
    ).map((row) => String(row['table_name'])),
  );
  const done: string[] = [];
  for (const check of readSqlFolder('checks')) {
    if (
      !check.reads.some((table) => built.includes(table)) ||
      !check.reads.every((table) => tables.has(table))
    )
      continue;
    const found = await warehouse.rows(check.sql, pick(check, params), fileOf(check));
    if (found.length > 0) throw new CheckFailedError(check.name, found.length, found[0]);
    done.push(check.name);
  }
  await warehouse.run(
    'insert or replace into main.checks (run_id, name, offending_rows) select $run_id, unnest($names), 0',
    { run_id: runId, names: list(done, VARCHAR) },
  );
  return done;
}

/** Sets the parameters of models once, as a variable: DuckDB plans a statement with bound values twice, one that reads a variable once. */
export async function setParams(
  warehouse: Warehouse,
  models: readonly SqlModel[],
  params: ModelParams,
): Promise<void> {
  const values = Object.fromEntries(models.flatMap((model) => Object.entries(pick(model, params))));
  const names = Object.keys(values).filter((name) => values[name] !== null && idsOf(values[name]) === null);
  if (names.length === 0) return;
  const fields = names.map((name) => `${name}: $${name}`);
  await warehouse.run(
    `set variable ${PARAMS} = {${fields.join(', ')}}`,
    Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name))),
  );
}

/** The statement with the variable in place of its parameters; ids are written out, so that a scan can skip all others. */
function withVariables(sql: string, params: ModelParams): string {
  return sql.replaceAll(/\$([a-z_]+)/g, (_, name: string) => {
    const value = params[name];
    if (value === null) return 'null';
    const ids = idsOf(value);
    return ids === null ? `getvariable('${PARAMS}').${name}` : `(${ids.join(', ')})`;
  });
}

/** Null if it is no list of ids. */
function idsOf(value: SqlValue | undefined): readonly bigint[] | null {
  if (!(value instanceof DuckDBListValue) || value.items.length === 0) return null;
  const ids = value.items.filter((item) => typeof item === 'bigint');
  return ids.length === value.items.length ? ids : null;
}

function pick(model: SqlModel, params: ModelParams): Record<string, SqlValue> {
  return Object.fromEntries(
    model.params.map((name) => {
      const value = params[name];
      if (value === undefined) throw new Error(`${fileOf(model)} needs a value for its parameter ${name}`);
      return [name, value];
    }),
  );
}
