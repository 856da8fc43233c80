// `require` loads the library once. With `import`, Node reads its 120 files again to find the names that they export:
// most of the time until a capture can be loaded.
import api = require('@duckdb/node-api');

export type { DuckDBAppender, DuckDBConnection, DuckDBType, DuckDBValue } from '@duckdb/node-api';

export const {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  DuckDBDataChunk,
  DuckDBInstance,
  DuckDBListValue,
  DuckDBTypeId,
  FLOAT,
  INTEGER,
  LIST,
  listValue,
  SMALLINT,
  TIMESTAMP,
  TINYINT,
  UBIGINT,
  UINTEGER,
  USMALLINT,
  UTINYINT,
  VARCHAR,
} = api;
export type DuckDBDataChunk = api.DuckDBDataChunk;
export type DuckDBInstance = api.DuckDBInstance;

/**
 * A list of a stated type. Without it, the API takes the type of the first item for all: it refuses [1, 0.5], since 0.5
 * is no INTEGER, and an empty list.
 */
export class TypedList extends DuckDBListValue {
  constructor(
    items: readonly api.DuckDBValue[],
    readonly itemType: api.DuckDBType,
  ) {
    super([...items]);
  }
}

/** A list to bind to a statement. */
export const list = (items: readonly api.DuckDBValue[], itemType: api.DuckDBType): TypedList =>
  new TypedList(items, itemType);

/**
 * The types to bind values with: of lists. The API finds those of other values.
 * @throws TypeError if a list has no type.
 */
export function typesOf(params: Readonly<Record<string, api.DuckDBValue>>): Record<string, api.DuckDBType> {
  return Object.fromEntries(
    Object.entries(params).flatMap(([name, value]) => {
      if (value instanceof TypedList) return [[name, LIST(value.itemType)]];
      if (value instanceof DuckDBListValue)
        throw new TypeError(`the list $${name} has no type: make it with list(items, type)`);
      return [];
    }),
  );
}
