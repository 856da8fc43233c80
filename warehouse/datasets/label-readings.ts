import { DatasetError } from '../../common/dataset-error.js';
import { areWidths, isYoutubeName, MOST_LINES, readResolution } from '../../common/read-resolution.js';
import { fill } from '../core/fill.js';
import { identifier } from '../core/identifier.js';
import type { Warehouse } from '../core/warehouse.js';

/** Most different labels: a column with more is no label, and each is read by itself. */
const MOST_LABELS = 10_000;
const NO_LINES = 'no number of lines';

/**
 * Fills `label_readings` with every text of the label column of `dataset_file`. Whether bare numbers are heights or widths
 * is judged by all of them.
 * @throws DatasetError if there are too many for a label
 */
export async function readLabels(warehouse: Warehouse, column: string): Promise<void> {
  const rows = await warehouse.rows(
    `select ${identifier(column)}::varchar as label, count(*)::integer as rows
    from dataset_file where ${identifier(column)} is not null
    group by label order by label limit ${MOST_LABELS + 1}`,
    {},
    'labels',
  );
  if (rows.length > MOST_LABELS)
    throw new DatasetError(
      `the label column ${column} has more than ${MOST_LABELS} different values, for example ${JSON.stringify(rows[0]?.['label'])}: name the column of the resolution in source.labelColumn`,
    );
  const labels = rows.map((row) => String(row['label']));
  const widths = areWidths(labels);
  await fill(
    warehouse,
    'label_readings',
    rows.map((row) => {
      const label = String(row['label']);
      const lines = readResolution(label);
      const reason = reasonOf(label, lines, widths);
      return {
        label_text: label,
        row_count: Number(row['rows']),
        resolution_px: reason === null ? (lines ?? null) : null,
        reading:
          lines === null
            ? 'none'
            : reason !== null
              ? 'not understood'
              : isYoutubeName(label)
                ? 'name'
                : 'lines',
        reason,
      };
    }),
  );
}

/** Why a label is not understood; null if it is. */
function reasonOf(label: string, lines: number | null | undefined, widths: boolean): string | null {
  if (lines === null) return null;
  const isNumber = /^[\d.]+$/.test(label.trim());
  if (lines === undefined) {
    if (/^\d+(\.\d*)?\s*[kmg]?(bit\/s|bps|bit)$/i.test(label.trim())) return 'a bit rate';
    return isNumber && Number(label) > MOST_LINES ? `more than ${MOST_LINES} lines: a bit rate?` : NO_LINES;
  }
  return widths && isNumber && lines > 0 ? 'the numbers of this column are widths' : null;
}
