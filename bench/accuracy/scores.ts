import { runSchema } from '../../common/run-schema.js';
import { SWITCH_AGES } from '../../learning/evaluation/by-switch.js';
import { PREVIOUS_RUNG, WINDOW_ALONE } from '../../schemas/scores-of-the-model.js';
import { identifier, quoteText } from '../../warehouse/core/identifier.js';
import type { SqlRow, Warehouse } from '../../warehouse/core/warehouse.js';

/** Lines of an evaluation that are made from the model itself, and so are no baselines of it. */
const OF_THE_MODEL = ['model', WINDOW_ALONE, PREVIOUS_RUNG];

/** A value with its 95 % interval over sessions; null where there is none. */
export interface Measure {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

export interface BaselineScore {
  readonly name: string;
  readonly accuracy: number;
  /** Null by time since a switch: there it is not evaluated. */
  readonly macroF1: number | null;
  /** Of the model over it, in accuracy; null by time since a switch. */
  readonly lead: Measure | null;
}

/** What a model is worth on one set of windows. Null: not defined, or not evaluated. */
export interface Scores {
  readonly sessions: number;
  readonly windows: number;
  readonly accuracy: Measure | null;
  readonly macroF1: Measure | null;
  readonly baselines: readonly BaselineScore[];
  readonly calibrationError: number | null;
  readonly calibrationErrorByChance: number | null;
  /** Share of the windows that are not `unknown`, and share of those that are wrong. */
  readonly answered: number | null;
  readonly wrong: number | null;
}

/** Scores on the held-out or evaluated windows of a run. */
export async function scoresOf(warehouse: Warehouse, run: string): Promise<Scores> {
  const schema = identifier(runSchema(run));
  const rows = await warehouse.rows(
    `select model, metric, value, low, high from ${schema}.evaluation where class_px is null order by rowid`,
  );
  const measure = (model: string, metric: string): Measure | null =>
    measureOf(rows.find((row) => row['model'] === model && row['metric'] === metric));
  const names = [...new Set(rows.map((row) => String(row['model'])))];
  const [answers] = await answersOf(warehouse, schema, `split = 'held out'`, `'all'`);
  return {
    sessions: measure('model', 'sessions')?.value ?? 0,
    windows: measure('model', 'windows')?.value ?? 0,
    accuracy: measure('model', 'accuracy'),
    macroF1: measure('model', 'macro_f1'),
    baselines: names
      .filter((name) => !OF_THE_MODEL.includes(name))
      .map((name) => ({
        name,
        accuracy: measure(name, 'accuracy')?.value ?? NaN,
        macroF1: measure(name, 'macro_f1')?.value ?? null,
        lead: measure(name, 'accuracy_lead_of_model'),
      })),
    calibrationError: measure('model', 'expected_calibration_error')?.value ?? null,
    calibrationErrorByChance: measure('model', 'expected_calibration_error_by_chance')?.value ?? null,
    ...sharesOf(answers),
  };
}

/** Scores by the time since the last switch, in the order of these times; empty if no resolution changes. */
export async function scoresBySwitch(
  warehouse: Warehouse,
  run: string,
): Promise<{ readonly since: string; readonly scores: Scores }[]> {
  const schema = identifier(runSchema(run));
  const rows = await warehouse.rows(
    `select model, since_switch, windows, sessions, accuracy as value, low, high from ${schema}.evaluation_by_switch order by rowid`,
  );
  if (rows.length === 0) return [];
  const ages = SWITCH_AGES.map(({ since, from, to }) => {
    const range =
      from === Infinity
        ? 'since_switch_seconds is null'
        : [
            ...(from === -Infinity ? [] : [`since_switch_seconds >= ${from}`]),
            ...(to === Infinity ? [] : [`since_switch_seconds < ${to}`]),
          ].join(' and ');
    return `when ${range} then ${quoteText(since)}`;
  });
  const answers = await answersOf(
    warehouse,
    schema,
    `(split = 'held out' or since_switch_seconds < 0)`,
    `case ${ages.join(' ')} end`,
  );
  return SWITCH_AGES.map(({ since }) => {
    const ofAge = rows.filter((row) => row['since_switch'] === since);
    const model = ofAge.find((row) => row['model'] === 'model');
    return {
      since,
      scores: {
        sessions: Number(model?.['sessions'] ?? 0),
        windows: Number(model?.['windows'] ?? 0),
        accuracy: measureOf(model),
        macroF1: null,
        baselines: ofAge
          .filter((row) => !OF_THE_MODEL.includes(String(row['model'])) && row['value'] !== null)
          .map((row) => ({
            name: String(row['model']),
            accuracy: Number(row['value']),
            macroF1: null,
            lead: null,
          })),
        calibrationError: null,
        calibrationErrorByChance: null,
        ...sharesOf(answers.find((row) => row['part'] === since)),
      },
    };
  });
}

/**
 * Share of the held-out windows of a run whose answer is another one, or missing, in a run on the same sessions with
 * background. Windows are matched by session and time, because sessions may begin earlier there.
 */
export async function changedAnswers(
  warehouse: Warehouse,
  run: string,
  other: string,
): Promise<number | null> {
  const labelled = (id: string): string =>
    `(select regexp_replace(session_id, '#\\d+$', '') as source, start_us, predicted_px
      from ${identifier(runSchema(id))}.resolution_timeline where split = 'held out' and true_px is not null)`;
  const [row] = await warehouse.rows(
    `select avg((other.start_us is null or other.predicted_px is distinct from own.predicted_px)::integer) as changed
      from ${labelled(run)} as own
      left join ${labelled(other)} as other
        on other.source = own.source and other.start_us > own.start_us - 5000000 and other.start_us <= own.start_us + 5000000`,
  );
  return row?.['changed'] === null ? null : Number(row?.['changed']);
}

/** By part: labelled windows, those answered, and those answered wrong. */
async function answersOf(
  warehouse: Warehouse,
  schema: string,
  condition: string,
  part: string,
): Promise<SqlRow[]> {
  return await warehouse.rows(
    `select
        ${part} as part,
        count(*)::integer as windows,
        count(predicted_px)::integer as answered,
        (count(*) filter (predicted_px <> true_px))::integer as wrong
      from ${schema}.resolution_timeline
      where true_px is not null and ${condition}
      group by part`,
  );
}

function sharesOf(row: SqlRow | undefined): Pick<Scores, 'answered' | 'wrong'> {
  const [windows, answered, wrong] = ['windows', 'answered', 'wrong'].map((name) => Number(row?.[name] ?? 0));
  return {
    answered: windows ? (answered ?? 0) / windows : null,
    wrong: answered ? (wrong ?? 0) / answered : null,
  };
}

function measureOf(row: SqlRow | undefined): Measure | null {
  const number = (name: string): number | null => (row?.[name] == null ? null : Number(row[name]));
  const value = number('value');
  return value === null ? null : { value, low: number('low'), high: number('high') };
}
