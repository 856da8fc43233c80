import { isWhole, PyArray, PyDict, PyRecord, type PyValue } from '../pickle/values.js';
import { wholeNumbers } from './array-column.js';
import type { FrameContext } from './frame-context.js';
import { labelsOf, readIndex } from './index-column.js';

/** Columns of one type, stored together. */
interface Block {
  /** An array of columns x rows, or an extension array, which is one column. */
  readonly values: PyValue;
  /** Positions of the block's columns in the frame. */
  readonly placement: readonly number[];
}

/** The parts of a frame: labels of the columns, index of the rows, blocks. */
interface ManagedBlocks {
  readonly columns: PyValue;
  readonly index: PyValue;
  readonly blocks: readonly Block[];
}

/**
 * The blocks of a DataFrame, in each of the layouts that pandas has used:
 *
 * - since 1.3: `BlockManager(blocks, axes)`, each block `_unpickle_block(values, placement, ndim)`
 * - 0.14 to 1.2: a state of four parts, the last `{'0.14.1': {'axes', 'blocks': [{'values', 'mgr_locs'}]}}`
 * - before 0.14: a state of axes, values and labels of each block
 */
export function blocksOf(frame: PyValue, context: FrameContext): ManagedBlocks {
  if (!(frame instanceof PyRecord) || frame.made.role !== 'frame') {
    const content = frame instanceof PyRecord ? frame.made.toString() : 'something else';
    throw context.fail(`the pickle contains ${content}, not a DataFrame`, 'unsupported');
  }
  const { state } = frame;
  const manager = state instanceof PyDict ? (state.get('_mgr') ?? state.get('_data')) : state;
  if (!(manager instanceof PyRecord) || manager.made.role !== 'manager')
    throw context.fail('the DataFrame has no blocks');
  const [blocks, axes] = manager.args;
  if (Array.isArray(blocks) && Array.isArray(axes)) {
    return {
      ...axesOf(axes, context),
      blocks: blocks.map((block) => {
        if (!(block instanceof PyRecord) || block.made.role !== 'block')
          throw context.fail('the DataFrame has an invalid block');
        return { values: block.args[0] ?? null, placement: placementOf(block.args[1], context) };
      }),
    };
  }
  const parts = manager.state;
  if (!Array.isArray(parts)) throw context.fail('the DataFrame has no blocks');
  const extra = parts[3];
  const modern = extra instanceof PyDict ? extra.get('0.14.1') : undefined;
  return modern instanceof PyDict ? blocksSince014(modern, context) : blocksBefore014(parts, context);
}

function blocksSince014(state: PyDict, context: FrameContext): ManagedBlocks {
  const axes = state.get('axes');
  const blocks = state.get('blocks');
  if (!Array.isArray(axes) || !Array.isArray(blocks)) throw context.fail('the DataFrame has no blocks');
  return {
    ...axesOf(axes, context),
    blocks: blocks.map((block) => {
      if (!(block instanceof PyDict)) throw context.fail('the DataFrame has an invalid block');
      return { values: block.get('values') ?? null, placement: placementOf(block.get('mgr_locs'), context) };
    }),
  };
}

function blocksBefore014(state: readonly PyValue[], context: FrameContext): ManagedBlocks {
  const [axes, values, labels] = state;
  if (
    !Array.isArray(axes) ||
    !Array.isArray(values) ||
    !Array.isArray(labels) ||
    values.length !== labels.length
  )
    throw context.fail('the DataFrame has no blocks');
  const both = axesOf(axes, context);
  const places = new Map(labelsOf(readIndex(both.columns, context), context).map((name, at) => [name, at]));
  return {
    ...both,
    blocks: values.map((blockValues, at) => ({
      values: blockValues,
      placement: labelsOf(readIndex(labels[at] ?? null, context), context).map((name) => {
        const place = places.get(name);
        if (place === undefined)
          throw context.fail(`a block contains column ${name}, which the frame does not have`);
        return place;
      }),
    })),
  };
}

function axesOf(axes: readonly PyValue[], context: FrameContext): { columns: PyValue; index: PyValue } {
  const [columns, index] = axes;
  if (axes.length !== 2 || columns === undefined || index === undefined)
    throw context.fail(`the DataFrame has ${axes.length} axes`);
  return { columns, index };
}

/** A slice or an array of positions. */
function placementOf(value: PyValue | undefined, context: FrameContext): readonly number[] {
  if (value instanceof PyArray) {
    const places = wholeNumbers(value);
    if (places !== null) return places;
  }
  if (value instanceof PyRecord && value.made.role === 'slice') {
    const [start, stop, step] = value.args;
    if (isWhole(start) && isWhole(stop) && (isWhole(step) || step === null)) {
      const by = step ?? 1;
      const count = by === 0 ? 0 : Math.max(0, Math.ceil((stop - start) / by));
      if (count > context.contentBytes)
        throw context.fail(`a block claims ${count} columns, too many for the size of the file`, 'too-big');
      return Array.from({ length: count }, (_, at) => start + at * by);
    }
  }
  throw context.fail('a block has no column positions');
}
