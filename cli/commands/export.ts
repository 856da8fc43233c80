import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileName } from '../../common/file-name.js';
import { EXPORT_FORMATS, type ExportFormat } from '../../warehouse/export/export-formats.js';
import { exportRun } from '../../warehouse/export/export-run.js';
import { localPath } from '../local-path.js';
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
  const out = localPath(
    options.out ?? join(home, 'exports', options.run === undefined ? '' : fileName(options.run)),
  );
  requireOneFile(tables, options);
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

/** @throws Error if the path is that of a file, and there are several tables or it is of another format: it would be a folder */
function requireOneFile(tables: readonly string[], { out, format }: ExportOptions): void {
  const ending = EXPORT_FORMATS.find((known) => out?.toLowerCase().endsWith(`.${known}`) === true);
  if (out === undefined || ending === undefined) return;
  if (tables.length !== 1)
    throw new Error(
      `${out} is one file, and ${tables.length === 0 ? 'all tables' : `${tables.length} tables`} are to be written: name a folder, or one table`,
    );
  if (ending !== format)
    throw new Error(`${out} ends in .${ending}, and the format is ${format}: give --format ${ending} too`);
}
