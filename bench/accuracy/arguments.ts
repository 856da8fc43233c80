import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { sharedData } from '../../test/shared-data.js';

/** What the bench can judge, in the order of its table. */
export const JUDGES = [
  'by-session',
  'by-video',
  'by-site',
  'held-out',
  'on',
  'spliced',
  'background',
  'simulated',
] as const;
export type Judge = (typeof JUDGES)[number];

/** Checked arguments; paths are absolute. */
export interface AccuracyArguments {
  /** Folders to train on, at least one. */
  readonly data: readonly string[];
  /** Folders that the model of `data` is evaluated on. */
  readonly on: readonly string[];
  readonly home: string;
  readonly only: readonly Judge[];
  /** Null: the default of the search. */
  readonly trials: number | null;
  readonly seed: number;
}

const folders = (path: string, earlier: string[] = []): string[] => [...earlier, resolve(path)];

/** @throws Error that says which data is missing, and what to give */
export function readArguments(argv: readonly string[]): AccuracyArguments {
  const command = new Command('bench:accuracy')
    .description(
      'trains on labelled captures, judges the models on sessions, videos, sites and traffic that they have not seen, and prints one table with all baselines',
    )
    .option('--data <folder>', 'labelled captures to train on; may be repeated', folders)
    .option('--on <folder>', 'labelled captures to evaluate the trained model on; may be repeated', folders)
    .option('--home <folder>', 'folder of runs and made captures; finished runs are reused', '.vqi/accuracy')
    .option('--only <rows>', `rows to judge, of ${JUDGES.join(',')} (default: all)`, judges)
    .option('--trials <count>', 'settings that each search tries (default: that of the search)', whole)
    .option('--seed <number>', 'seed of splits, searches, splices and background', whole, 1)
    .parse([...argv], { from: 'user' });
  const options = command.opts<{
    data?: string[];
    on?: string[];
    home: string;
    only?: Judge[];
    trials?: number;
    seed: number;
  }>();
  const data = options.data ?? shared('requet');
  if (data.length === 0)
    throw new Error(
      'no captures to train on: name a folder with a sessions.csv (docs/captures.md) by --data FOLDER, or set VQI_SHARED_DATA to the folder that contains requet/',
    );
  const on = (options.on ?? [...shared('requet-more'), ...shared('youtube-2025')]).filter(
    (folder) => !data.includes(folder),
  );
  for (const folder of [...data, ...on])
    if (!existsSync(`${folder}/sessions.csv`))
      throw new Error(`${folder}/sessions.csv: no such file; it must list the captures and what played`);
  return {
    data,
    on,
    home: resolve(options.home),
    only: options.only ?? JUDGES,
    trials: options.trials ?? null,
    seed: options.seed,
  };
}

function shared(name: string): string[] {
  const folder = sharedData(name);
  return folder === null ? [] : [folder];
}

function judges(text: string): Judge[] {
  const named = text.split(',');
  const unknown = named.filter((name) => !(JUDGES as readonly string[]).includes(name));
  if (unknown.length > 0)
    throw new InvalidArgumentError(`no row ${unknown.join(', ')}; the rows are ${JUDGES.join(', ')}.`);
  return JUDGES.filter((judge) => named.includes(judge));
}

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('must be a whole number.');
  return Number(text);
}
