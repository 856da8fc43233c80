import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileName } from '../../common/file-name.js';
import type { ExportFormat } from '../../warehouse/export/export-formats.js';
import { exportRun } from '../../warehouse/export/export-run.js';
import { printAnswer, type AnswerOptions } from '../print-answer.js';
import { sayWhile } from '../say.js';
import { readSettings } from '../settings.js';

export interface ExportOptions extends AnswerOptions {
  readonly run?: string | undefined;
  readonly format: ExportFormat;
  readonly out?: string | undefined;
}

/** `vqi export [TABLE…]`: writes tables of a run to files. */
export async function runExportCommand(tables: readonly string[], options: ExportOptions): Promise<void> {
  const { home } = readSettings();
  const out = resolve(
    options.out ?? join(home, 'exports', options.run === undefined ? '' : fileName(options.run)),
  );
  const isFile = tables.length === 1 && options.out?.toLowerCase().endsWith(`.${options.format}`) === true;
  const written = exportRun(
    join(home, 'warehouse.duckdb'),
    options.run ?? null,
    tables.length === 0 ? null : tables,
    options.format,
    (table) => {
      mkdirSync(isFile ? dirname(out) : out, { recursive: true });
      return isFile ? out : join(out, `${table}.${options.format}`);
    },
  );
  const exported = await sayWhile('writing the tables', written);
  printAnswer(options, exported, () => exported.map(({ path }) => `${path}\n`).join(''));
}
