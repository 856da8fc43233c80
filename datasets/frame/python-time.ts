import { bytesOf } from '../pickle/numpy.js';
import { asText, isWhole, PyRecord, type PyValue } from '../pickle/values.js';
import { toMicroseconds } from './fixed-column.js';
import type { FrameContext } from './frame-context.js';

/** Units of `pandas._libs.tslibs.np_datetime.NPY_DATETIMEUNIT` that Timestamps have. */
const RESOLUTIONS: Readonly<Record<number, string>> = { 7: 's', 8: 'ms', 9: 'us', 10: 'ns' };
const DATETIME_BYTES = 10;
const DATE_BYTES = 4;

/**
 * Microseconds since 1970 of a Timestamp or datetime; null for NaT, undefined if the value is not a time. A
 * datetime without a zone counts as UTC, as in pandas.
 */
export function timeOf(value: PyValue, context: FrameContext): bigint | null | undefined {
  if (!(value instanceof PyRecord)) return undefined;
  const [first, , , resolution] = value.args;
  switch (value.made.role) {
    case 'nat':
      return null;
    case 'timestamp': {
      // Timestamp.__reduce__: value, freq, tz[, resolution]; the value is UTC.
      const unit = typeof resolution === 'number' ? RESOLUTIONS[resolution] : 'ns';
      if (!(isWhole(first) || typeof first === 'bigint') || unit === undefined)
        throw context.fail('a Timestamp has no value');
      return toMicroseconds(BigInt(first), unit);
    }
    case 'datetime': {
      const bytes = bytesOf(first);
      if (bytes?.length !== DATETIME_BYTES) throw context.fail('a datetime does not have ten bytes');
      const [yearHigh = 0, yearLow = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = bytes;
      const micro = ((bytes[7] ?? 0) << 16) | ((bytes[8] ?? 0) << 8) | (bytes[9] ?? 0);
      const zone = value.args[1];
      // Other zones would need time zone rules.
      if (zone !== undefined && zone !== null && !isUtc(zone))
        throw context.fail(
          'cells with datetimes in a time zone other than UTC are not supported',
          'unsupported',
        );
      // The highest bit of the month is the fold of a repeated hour (PEP 495).
      const milliseconds = utcMilliseconds(yearHigh * 256 + yearLow, month & 0x7f, day);
      return BigInt(milliseconds + ((hour * 60 + minute) * 60 + second) * 1000) * 1000n + BigInt(micro);
    }
    default:
      return undefined;
  }
}

/** A date as `2018-02-11`, or undefined if the value is not a date. */
export function dateText(value: PyValue, context: FrameContext): string | undefined {
  if (!(value instanceof PyRecord) || value.made.role !== 'date') return undefined;
  const bytes = bytesOf(value.args[0]);
  if (bytes?.length !== DATE_BYTES) throw context.fail('a date does not have four bytes');
  const [yearHigh = 0, yearLow = 0, month = 0, day = 0] = bytes;
  const pad = (number: number, width: number): string => String(number).padStart(width, '0');
  return `${pad(yearHigh * 256 + yearLow, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

/** Seconds of a timedelta or Timedelta, or undefined if the value is neither. */
export function differenceSeconds(value: PyValue): number | undefined {
  if (!(value instanceof PyRecord)) return undefined;
  const [first, second, third] = value.args;
  if (value.made.role === 'timedelta' && isWhole(first) && isWhole(second) && isWhole(third))
    return first * 86_400 + second + third / 1e6;
  if (value.made.role === 'timedelta64' && (isWhole(first) || typeof first === 'bigint')) {
    const unit = typeof second === 'number' ? RESOLUTIONS[second] : 'ns';
    return Number(first) / ({ s: 1, ms: 1e3, us: 1e6, ns: 1e9 }[unit ?? 'ns'] ?? 1e9);
  }
  return undefined;
}

function isUtc(zone: PyValue): boolean {
  if (!(zone instanceof PyRecord)) return false;
  const [first] = zone.args;
  if (zone.made.name === '_UTC' || zone.made.name === 'utc') return true;
  if (zone.made.name === 'timezone') return differenceSeconds(first ?? null) === 0;
  return asText(first) === 'UTC';
}

function utcMilliseconds(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime();
}
