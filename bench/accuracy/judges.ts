import { basename } from 'node:path';
import { runSchema } from '../../common/run-schema.js';
import { ORIGIN_FILES } from '../../schemas/data-origin.js';
import { identifier } from '../../warehouse/core/identifier.js';
import type { AccuracyArguments, Judge } from './arguments.js';
import type { BenchRuns } from './bench-runs.js';
import { groupCount, knownText } from './data-folders.js';
import { folderName } from './fingerprint.js';
import type { JudgedRow } from './score-table.js';
import { changedAnswers, scoresBySwitch, scoresOf } from './scores.js';

const MOST_PARTS = 5;
const SPLICED_SESSIONS = 40;
const BACKGROUND_FLOWS = 50;
const SIMULATED = {
  learn: ['--sessions', '160', '--seed', '101'],
  judge: ['--sessions', '30', '--seed', '202'],
} as const;

/** A model, and the sessions of its run that it was not trained on. */
interface TrainedModel {
  readonly runId: string;
  readonly modelId: string;
  readonly heldOut: readonly string[];
}

/** Makes the rows of the table: each judge runs the commands that it needs, and reads the tables of their runs. */
export class Judges {
  readonly #runs: BenchRuns;
  readonly #data: string;
  readonly #args: AccuracyArguments;

  /** @param data one folder with all sessions to train on */
  constructor(runs: BenchRuns, data: string, args: AccuracyArguments) {
    this.#runs = runs;
    this.#data = data;
    this.#args = args;
  }

  /** @throws Error if a command fails */
  async rows(judge: Judge): Promise<JudgedRow[]> {
    switch (judge) {
      case 'by-session':
        return await this.#crossEvaluated('session');
      case 'by-video':
        return await this.#crossEvaluated('video');
      case 'by-site':
        return await this.#crossEvaluated('site');
      case 'held-out':
        return await this.#judged('held-out sessions of one run', (await this.#trained()).runId);
      case 'on':
        return await this.#onOthers();
      case 'spliced':
        return await this.#spliced();
      case 'background':
        return await this.#withBackground();
      case 'simulated':
        return await this.#simulated();
    }
  }

  async #crossEvaluated(by: 'session' | 'video' | 'site'): Promise<JudgedRow[]> {
    const groups = groupCount(this.#data, by);
    if (groups < 2)
      return [{ name: `by ${by}`, scores: null, reason: `${groups} ${by}s named, two are needed` }];
    const parts = Math.min(MOST_PARTS, groups);
    const runId = await this.#runs.workflow(`by-${by}`, [
      ...['cross-evaluate', '--data', this.#data, '--split-by', by, '--parts', String(parts)],
      ...this.#search(),
    ]);
    return await this.#judged(`by ${by}, ${parts} parts`, runId);
  }

  async #onOthers(): Promise<JudgedRow[]> {
    if (this.#args.on.length === 0)
      return [{ name: 'another folder', scores: null, reason: 'no other folder: give --on FOLDER' }];
    const model = await this.#trained();
    const rows: JudgedRow[] = [];
    for (const folder of this.#args.on) {
      const runId = await this.#evaluated(`on-${folderName(folder)}`, folder, model);
      rows.push(...(await this.#judged(basename(folder), runId, ` (${knownText(folder, this.#data)})`)));
    }
    return rows;
  }

  async #spliced(): Promise<JudgedRow[]> {
    const model = await this.#trained();
    const folder = await this.#runs.folder('spliced', ORIGIN_FILES.spliced, [
      ...['splice', '--data', this.#data, '--only', model.heldOut.join(',')],
      ...['--sessions', String(SPLICED_SESSIONS), '--seed', String(this.#args.seed)],
    ]);
    return await this.#judged('spliced', await this.#evaluated('spliced', folder, model));
  }

  async #withBackground(): Promise<JudgedRow[]> {
    const model = await this.#trained();
    const folder = await this.#runs.folder('background', 'background.json', [
      ...['mix-background', '--data', this.#data, '--only', model.heldOut.join(',')],
      ...['--flows', String(BACKGROUND_FLOWS), '--seed', String(this.#args.seed)],
    ]);
    const runId = await this.#evaluated('background', folder, model);
    const changed = await this.#runs.read((warehouse) => changedAnswers(warehouse, model.runId, runId));
    const rows = await this.#judged(`held-out sessions with ${BACKGROUND_FLOWS} flows of background`, runId);
    return rows.map((row, at) => (at === 0 ? { ...row, changed } : row));
  }

  async #simulated(): Promise<JudgedRow[]> {
    const [learn, judge] = [
      await this.#simulation('simulated-learn', SIMULATED.learn),
      await this.#simulation('simulated-judge', SIMULATED.judge),
    ];
    const model = await this.#started('simulated-train', learn);
    return await this.#judged('simulated, adaptive', await this.#evaluated('simulated', judge, model));
  }

  async #simulation(name: string, options: readonly string[]): Promise<string> {
    return await this.#runs.folder(name, ORIGIN_FILES.simulated, ['simulate', ...options]);
  }

  async #trained(): Promise<TrainedModel> {
    return await this.#started('train', this.#data);
  }

  async #started(name: string, data: string): Promise<TrainedModel> {
    const runId = await this.#runs.workflow(name, ['start', '--exit', '--data', data, ...this.#search()]);
    const schema = identifier(runSchema(runId));
    return await this.#runs.read(async (warehouse) => {
      const [model] = await warehouse.rows(
        'select model_id from main.models where run_id = $run_id order by created_at desc limit 1',
        { run_id: runId },
      );
      const heldOut = await warehouse.rows(
        `select distinct labelled_session as id from ${schema}.sessions join ${schema}.splits using (session_group)
          where fold < 0 and labelled_session is not null order by id`,
      );
      if (model === undefined) throw new Error(`the run ${runId} has no model`);
      return { runId, modelId: String(model['model_id']), heldOut: heldOut.map(({ id }) => String(id)) };
    });
  }

  async #evaluated(name: string, folder: string, { modelId }: TrainedModel): Promise<string> {
    return await this.#runs.workflow(name, ['evaluate', folder, '--model', modelId]);
  }

  /**
   * A row for all windows of a run, and one for each range of the time since a switch if resolutions change.
   * @param note in the first row only
   */
  async #judged(name: string, runId: string, note = ''): Promise<JudgedRow[]> {
    return await this.#runs.read(async (warehouse) => [
      { name: `${name}${note}`, scores: await scoresOf(warehouse, runId) },
      ...(await scoresBySwitch(warehouse, runId)).map(({ since, scores }) => ({
        name: `${name}; last switch: ${since}`,
        scores,
      })),
    ]);
  }

  #search(): string[] {
    const { trials, seed } = this.#args;
    return ['--seed', String(seed), ...(trials === null ? [] : ['--trials', String(trials)])];
  }
}
