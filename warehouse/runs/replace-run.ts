import { buildOf, runIdOf } from '../../common/build-id.js';
import { runSchema } from '../../common/run-schema.js';
import { identifier } from '../core/identifier.js';
import type { Warehouse } from '../core/warehouse.js';
import { adoptTables, allRuns } from './searches.js';

/** Removes all tables, views and rows of a run. To be called in a transaction. */
export async function removeRun(warehouse: Warehouse, runId: string): Promise<void> {
  const schema = runSchema(runId);
  // DuckDB does not replace a view by a table, nor the other way round; and old tables would pass for a new run's.
  for (const { kind, name } of await relationsOf(warehouse, runId))
    await warehouse.run(`drop ${kind} ${identifier(schema)}.${identifier(name)}`);
  for (const table of await tablesByRun(warehouse))
    await warehouse.run(`delete from main.${identifier(table)} where run_id = $run_id`, { run_id: runId });
}

/** Removes a build that will not be finished, with its parts and its schemas. To be called in a transaction. */
export async function removeBuild(warehouse: Warehouse, buildId: string): Promise<void> {
  for (const id of await withParts(warehouse, buildId)) {
    await removeRun(warehouse, id);
    await warehouse.run(`drop schema if exists ${identifier(runSchema(id))}`);
  }
}

/**
 * Replaces a run by the build that was made for it: tables, views, parts and rows of the shared tables. DuckDB cannot rename a
 * schema, so that tables are copied. To be called in a transaction.
 */
export async function replaceRun(warehouse: Warehouse, buildId: string, runId: string): Promise<void> {
  const finished = (id: string): string => `${runId}${id.slice(buildId.length)}`;
  for (const id of await withParts(warehouse, runId)) await removeRun(warehouse, id);
  const builds = await withParts(warehouse, buildId);
  for (const id of builds) await warehouse.run(`create schema if not exists ${schemaOf(finished(id))}`);
  const relations: { id: string; kind: string; name: string; sql: string }[] = [];
  for (const id of builds)
    for (const relation of await relationsOf(warehouse, id)) relations.push({ id, ...relation });
  for (const { id, name } of relations.filter(({ kind }) => kind === 'table'))
    await warehouse.run(
      `create table ${schemaOf(finished(id))}.${identifier(name)} as from ${schemaOf(id)}.${identifier(name)}`,
    );
  for (const { sql } of relations.filter(({ kind }) => kind === 'view'))
    await warehouse.run(
      builds.reduce((text, id) => text.replaceAll(schemaOf(id), schemaOf(finished(id))), sql),
    );
  for (const table of await tablesByRun(warehouse))
    for (const id of builds)
      await warehouse.run(`update main.${identifier(table)} set run_id = $to where run_id = $from`, {
        from: id,
        to: finished(id),
      });
  for (const id of builds)
    await warehouse.run(
      "update main.searches set input = json_merge_patch(input, json_object('runId', run_id)) where run_id = $run_id",
      { run_id: finished(id) },
    );
  for (const { id, kind, name } of relations)
    await warehouse.run(`drop ${kind} ${schemaOf(id)}.${identifier(name)}`);
}

/** Shared tables with rows by run that say what a run was made of; the others have its results. */
const INPUT_ROWS = ['runs', 'run_sources', 'trials'];

/**
 * Begins new results for a finished run: the build has views of the tables that they are made from, and rows of the run in the
 * shared tables. To be called in a transaction.
 */
export async function beginResults(warehouse: Warehouse, buildId: string, runId: string): Promise<void> {
  await warehouse.run(`create schema if not exists ${schemaOf(buildId)}`);
  await adoptTables(warehouse, buildId, runId);
  for (const table of INPUT_ROWS)
    await warehouse.run(
      `insert into main.${table} select * replace ($to as run_id) from main.${table} where run_id = $from`,
      { from: runId, to: buildId },
    );
  await warehouse.run(
    "update main.runs set state = 'searching', score = null, verdict = null where run_id = $run_id",
    { run_id: buildId },
  );
}

/**
 * Gives a finished run the results of a build that `beginResults` began: its tables, model, score and verdict. Everything else
 * of the run stays, because other runs may use it. To be called in a transaction.
 */
export async function replaceResults(warehouse: Warehouse, buildId: string, runId: string): Promise<void> {
  const results = (await relationsOf(warehouse, buildId)).filter(({ kind }) => kind === 'table');
  const old = await relationsOf(warehouse, runId);
  for (const { name } of results) {
    const table = `${schemaOf(runId)}.${identifier(name)}`;
    for (const { kind } of old.filter((relation) => relation.name === name))
      await warehouse.run(`drop ${kind} ${table}`);
    await warehouse.run(`create table ${table} as from ${schemaOf(buildId)}.${identifier(name)}`);
  }
  const ids = { from: buildId, to: runId };
  // The same model keeps its place.
  await warehouse.run(
    `update main.models as new
      set created_at = old.created_at, is_current = old.is_current, is_promoted = old.is_promoted, standing = old.standing
      from main.models as old
      where new.run_id = $from and old.run_id = $to and old.model_id = new.model_id`,
    ids,
  );
  for (const [table, key] of [
    ['models', 'model_id'],
    ['checks', 'name'],
  ] as const) {
    await warehouse.run(
      `delete from main.${table} where run_id = $to and ${key} in (select ${key} from main.${table} where run_id = $from)`,
      ids,
    );
    await warehouse.run(`update main.${table} set run_id = $to where run_id = $from`, ids);
  }
  await warehouse.run(
    `update main.runs as run set score = new.score, verdict = new.verdict, reason = null
      from main.runs as new where run.run_id = $to and new.run_id = $from`,
    ids,
  );
  await removeBuild(warehouse, buildId);
}

/** All builds of which something is left. */
export async function builds(warehouse: Warehouse): Promise<string[]> {
  return [...new Set((await allRuns(warehouse)).flatMap((id) => buildOf(id) ?? []))];
}

/** Runs, finished or running, whose tables are views of this run's tables, such as searches on its training set. */
export async function dependentRuns(warehouse: Warehouse, runId: string): Promise<string[]> {
  const own = await withParts(warehouse, runId);
  const rows = await warehouse.rows(
    "select run_id from main.runs where state in ('completed', 'building', 'searching') order by run_id",
  );
  const dependent: string[] = [];
  // What retries one of its trials is no other run.
  const others = rows
    .map((row) => String(row['run_id']))
    .filter((id) => !own.includes(id) && runIdOf(id) !== runId);
  for (const other of others) {
    const views = (await relationsOf(warehouse, other)).filter(({ kind }) => kind === 'view');
    if (views.some(({ sql }) => own.some((id) => sql.includes(schemaOf(id))))) dependent.push(other);
  }
  return dependent;
}

const schemaOf = (runId: string): string => identifier(runSchema(runId));

/** The run, and the runs of its parts. */
export async function withParts(warehouse: Warehouse, runId: string): Promise<string[]> {
  const rows = await warehouse.rows(
    "select run_id from main.runs where starts_with(run_id, $prefix) and regexp_full_match(run_id[len($prefix) + 1:], '[0-9]+') order by run_id",
    { prefix: `${runId}/part-` },
  );
  return [runId, ...rows.map((row) => String(row['run_id']))];
}

async function relationsOf(
  warehouse: Warehouse,
  runId: string,
): Promise<{ kind: 'table' | 'view'; name: string; sql: string }[]> {
  const rows = await warehouse.rows(
    `select 'table' as kind, table_name as name, '' as sql from duckdb_tables() where schema_name = $schema
    union all
    select 'view' as kind, view_name as name, sql from duckdb_views() where schema_name = $schema`,
    { schema: runSchema(runId) },
  );
  return rows.map((row) => ({
    kind: row['kind'] === 'table' ? 'table' : 'view',
    name: String(row['name']),
    sql: String(row['sql']),
  }));
}

/** Shared tables with rows by run. */
async function tablesByRun(warehouse: Warehouse): Promise<string[]> {
  const rows = await warehouse.rows(
    `select table_name from duckdb_columns() semi join duckdb_tables() using (schema_name, table_name, database_name)
    where schema_name = 'main' and column_name = 'run_id' and database_name = current_database()
    order by table_name`,
  );
  return rows.map((row) => String(row['table_name']));
}
