// `require` takes the library as it is. With `import`, Node reads its 120 files once more, for the names that they
// export: most of the time until a capture can be loaded.
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

/** A list to bind to a statement; `items` are of one type. */
export const list = (items: readonly api.DuckDBValue[]): api.DuckDBListValue =>
  new DuckDBListValue([...items]);
