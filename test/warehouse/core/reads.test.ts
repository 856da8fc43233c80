import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { before, after, describe, it } from 'node:test';
import { projectRoot } from '../../../common/project-root.js';
import { DuckDBInstance, type DuckDBConnection } from '../../../warehouse/core/duckdb.js';
import { readSqlFolder, type SqlModel } from '../../../warehouse/core/sql-files.js';

/** Folders whose files are statements that make a table, not queries. */
const STATEMENTS = ['10_raw', 'sources'];

/** A node of DuckDB's parse tree. */
type Node = Readonly<Record<string, unknown>>;

const folders = readdirSync(join(projectRoot(), 'sql'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

describe('the tables that a header says its statement reads', () => {
  let instance: DuckDBInstance;
  let connection: DuckDBConnection;
  before(async () => {
    instance = await DuckDBInstance.create(':memory:');
    connection = await instance.connect();
  });
  after(() => {
    connection.closeSync();
    instance.closeSync();
  });

  const models = folders.flatMap(readSqlFolder);
  for (const model of models.filter(({ folder }) => !STATEMENTS.includes(folder))) {
    it(`sql/${model.folder}/${model.name}.sql`, async () => {
      const queries = [model.sql, ...model.variables.map(({ query }) => query)];
      const trees = await Promise.all(queries.map((query) => parse(connection, query)));
      const read = trees.flatMap((tree) => [...tablesOf(tree, new Set()), ...namedBelow(tree, model)]);
      assert.deepEqual([...model.reads].sort(), [...new Set(read)].sort());
    });
  }

  it('are made by a file, or filled by code', () => {
    const names = new Set(models.map(({ name }) => name));
    const unknown = models.flatMap(({ folder, name, reads }) =>
      reads.filter((table) => !names.has(table)).map((table) => `${folder}/${name}: ${table}`),
    );
    assert.deepEqual(unknown, []);
  });
});

/** @throws AssertionError if DuckDB cannot parse the query */
async function parse(connection: DuckDBConnection, query: string): Promise<unknown> {
  const reader = await connection.runAndReadAll('select json_serialize_sql($query::varchar)', { query });
  const tree = JSON.parse(String(reader.getRows()[0]?.[0])) as Node;
  assert.equal(tree['error'], false, String(tree['error_message']));
  return tree['statements'];
}

/** The tables below a node. @param common names of the common table expressions that it sees */
function tablesOf(node: unknown, common: ReadonlySet<string>): string[] {
  if (Array.isArray(node)) return node.flatMap((each) => tablesOf(each, common));
  if (!isNode(node)) return [];
  if (node['type'] === 'BASE_TABLE') {
    const name = String(node['table_name']);
    // `recurring.name` is a recursive expression's result so far, `main.name` always a table.
    const isExpression =
      node['schema_name'] === 'recurring' || (node['schema_name'] === '' && common.has(name));
    return isExpression ? [] : [name];
  }
  const tables: string[] = [];
  const seen = new Set(common);
  for (const { key, value } of expressionsOf(node)) {
    // A recursive expression sees itself; another one with a table's name reads the table.
    const isRecursive = JSON.stringify(value).includes('"type":"RECURSIVE_CTE_NODE"');
    tables.push(...tablesOf(value, isRecursive ? new Set([...seen, key]) : seen));
    seen.add(key);
  }
  const rest = Object.entries(node).filter(([name]) => name !== 'cte_map');
  return [...tables, ...rest.flatMap(([, child]) => tablesOf(child, seen))];
}

/** The common table expressions of a node, in their order. */
function expressionsOf(node: Node): { key: string; value: unknown }[] {
  const map = node['cte_map'];
  return isNode(map) && Array.isArray(map['map']) ? (map['map'] as { key: string; value: unknown }[]) : [];
}

/** Tables that the statement asks the catalogue about: declared, and named in a text. */
function namedBelow(node: unknown, { reads }: SqlModel): string[] {
  const text = JSON.stringify(node);
  return reads.filter((table) => text.includes(`"value":"${table}"`));
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}
