import type { DatasetColumn, DatasetTable } from '../../schemas/dataset-table.js';
import { unpickle } from '../pickle/unpickle.js';
import type { PyValue } from '../pickle/values.js';
import { arrayColumn } from './array-column.js';
import { blocksOf } from './block-manager.js';
import { FrameContext } from './frame-context.js';
import { indexColumn, labelsOf, readIndex, type FrameIndex } from './index-column.js';

/** Maximum cells per byte of the file; a real frame has at most one. */
const MAX_CELLS_PER_BYTE = 4;

/**
 * Reads a pickled pandas DataFrame: protocols 0 to 5, pandas 0.12 to 3, Python 2 (texts as Latin-1) and 3. No code
 * of the pickle is run, see `unpickle`. Columns refer to the bytes of `content` and are read in parts.
 *
 * A named index becomes columns before the others; an index without a name is dropped, with a note. Levels of
 * column names are joined with dots.
 * @throws PickleError
 */
export function readPickledFrame(content: Uint8Array): DatasetTable {
  const context = new FrameContext(content.length, indexColumn);
  const { value, bytesLeft } = unpickle(content);
  if (bytesLeft > 0) context.notes.push(`${bytesLeft} bytes after the pickle were not read`);
  return frameTable(value, context);
}

function frameTable(frame: PyValue, context: FrameContext): DatasetTable {
  const { columns: labels, index: rowLabels, blocks } = blocksOf(frame, context);
  const names = labelsOf(readIndex(labels, context), context);
  const index = readIndex(rowLabels, context);
  const { rows } = index;
  if (rows * names.length > MAX_CELLS_PER_BYTE * context.contentBytes) {
    throw context.fail(
      `the DataFrame claims ${rows} rows of ${names.length} columns in ${context.contentBytes} bytes`,
      'too-big',
    );
  }
  /** Null: left out. */
  const columns = new Array<DatasetColumn | null | undefined>(names.length).fill(undefined);
  for (const { values, placement } of blocks) {
    for (const [at, place] of placement.entries()) {
      const name = names[place];
      if (name === undefined || columns[place] !== undefined)
        throw context.fail(
          `a block claims column ${place}, which does not exist or belongs to another block`,
        );
      const sized = context.orLeftOut(name, () => arrayColumn(name, values, at, context));
      if (sized === null) {
        columns[place] = null;
        continue;
      }
      if (sized.rows !== rows)
        throw context.fail(`column ${name} has ${sized.rows} values, the frame has ${rows} rows`);
      columns[place] = sized.column;
    }
  }
  const missing = columns.findIndex((column) => column === undefined);
  if (missing >= 0) throw context.fail(`no block contains column ${names[missing] ?? ''}`);
  const all = [...indexColumns(index, context), ...columns.filter((column) => column != null)];
  if (all.length === 0) {
    const [first] = context.notes;
    throw context.fail(
      `the DataFrame has no columns${names.length === 0 || first === undefined ? '' : ` that can be read: ${first}`}`,
      'unsupported',
    );
  }
  return {
    rows,
    columns: all,
    get notes() {
      return context.allNotes();
    },
  };
}

function indexColumns(index: FrameIndex, context: FrameContext): DatasetColumn[] {
  if (index.rangeStart === 0) return [];
  return index.names.flatMap((name, at) => {
    if (name !== null) {
      const level = context.orLeftOut(name, () => index.level(at, name));
      return level === null ? [] : [level];
    }
    context.notes.push(
      index.names.length === 1
        ? 'the index has no name and was dropped; df.reset_index() makes it a column'
        : `level ${at} of the index has no name and was dropped`,
    );
    return [];
  });
}
