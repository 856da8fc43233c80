import { asText, PyRecord, PyText, textOf, type PyValue } from '../pickle/values.js';
import type { FrameContext } from './frame-context.js';
import { dateText, differenceSeconds, timeOf } from './python-time.js';

/** A single value as text, as pandas writes it to CSV; null if it is missing or not a single value. */
export function scalarText(value: PyValue, context: FrameContext): string | null {
  const text = unboundedText(value, context);
  if (text !== null) context.text.spend(text.length, null);
  return text;
}

/** The text of a value in a cell, or in its lists and dicts; one that has none is null, and counted. */
export function cellText(column: string, value: PyValue, context: FrameContext): string | null {
  const text = scalarText(value, context);
  if (text === null && !isMissing(value))
    context.countNulled(column, value instanceof PyRecord ? value.made.toString() : 'an object');
  return text;
}

function unboundedText(value: PyValue, context: FrameContext): string | null {
  if (value === null) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return Number.isNaN(value) ? null : String(value);
  if (typeof value === 'bigint') return String(value);
  if (value instanceof PyText) return textOf(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (!(value instanceof PyRecord)) return null;
  if (value.made.role === 'decimal') return asText(value.args[0]);
  const date = dateText(value, context);
  if (date !== undefined) return date;
  const difference = differenceSeconds(value);
  if (difference !== undefined) return String(difference);
  const time = timeOf(value, context);
  if (time === null || time === undefined) return null;
  const milliseconds = Number(time / 1000n);
  const date_ = new Date(milliseconds);
  return Number.isNaN(date_.getTime())
    ? String(time)
    : date_.toISOString().replace('T', ' ').replace('Z', '');
}

/** True for None, NaN, NaT and NA. */
export function isMissing(value: PyValue): boolean {
  if (value === null) return true;
  if (typeof value === 'number') return Number.isNaN(value);
  return value instanceof PyRecord && value.made.role === 'nat';
}
