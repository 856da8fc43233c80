import { countText } from '../../common/count-text.js';
import { percentText } from '../../common/percent-text.js';
import { WINDOW_ALONE } from '../../schemas/scores-of-the-model.js';
import { UNNAMED_SERVICES } from '../../schemas/services.js';
import { answersGain } from '../evaluation/answers-gain.js';
import type { Interval } from '../evaluation/bootstrap.js';
import type { SwitchScore } from '../evaluation/by-switch.js';
import type { Evaluation } from '../evaluation/evaluate.js';
import type { Lead, ScoreDifference } from '../evaluation/lead-over.js';

/** What a model learnt from. */
export interface TrainingFacts {
  readonly sessions: number;
  /** Names; empty for a dataset, whose services are not known. */
  readonly services: readonly string[];
  /** Number of sites and videos that the sessions name; 0: they name none. */
  readonly sites: number;
  readonly videos: number;
  /** Heights in pixels, ascending. */
  readonly classesPx: readonly number[];
  readonly isSimulated: boolean;
  /** Inputs that alone predict so many labels that they may be copies of the label, with the share that they predict. */
  readonly leaks: readonly { readonly column: string; readonly balancedAccuracy: number }[];
}

/** What is known of a model's answers on sessions that it was not trained on. */
export interface JudgedFacts {
  /** Null if no labelled session was held out. */
  readonly model: Evaluation | null;
  readonly baselines: readonly {
    readonly name: string;
    readonly evaluation: Pick<Evaluation, 'accuracy'>;
    readonly lead: Lead | null;
  }[];
  /** By the time since a switch of resolution; empty if there are no switches. */
  readonly bySwitch: readonly SwitchScore[];
}

/** A rung that is recognised in fewer of its windows is named. */
const LOW_RECALL = 0.5;
/** Windows after a switch are named if they are right less often than all windows, by this much. */
const LOWER_AFTER_SWITCH = 0.1;
const MOST_DOUBTS = 5;
/** If more of the windows are unknown, a next step is named. */
const MOSTLY = 0.5;

/**
 * Three sentences on a run: what was learnt from, how right it is on unseen sessions and against the best simple rule, and
 * what not to trust it for.
 *
 * @param family of the published model, if it is a baseline itself; null: it is none
 */
export function verdict(
  training: TrainingFacts,
  judged: JudgedFacts,
  family: string | null,
): [string, string, string] {
  return [learntFrom(training), howRight(judged, family), notToTrust(training, judged)];
}

/**
 * The sentences for captures that a model of another run was applied to.
 *
 * @param ofModel the verdict of the model's run; null if it has none
 * @param family of the model, if it is a baseline; null: it is none
 * @param judged on labelled sessions of these captures
 */
export function appliedVerdict(
  modelId: string,
  family: string | null,
  ofModel: readonly string[] | null,
  judged: JudgedFacts,
  { windows, unknown, kind }: { windows: number; unknown: number; kind: string | null },
): string[] {
  const why = kind === null ? '' : ` (most of them: ${kind})`;
  const [learnt = '', right, doubts] = ofModel ?? [];
  const next =
    unknown > MOSTLY * windows
      ? ' To have more of them answered, train on labelled captures of this network (docs/captures.md).'
      : '';
  const [unhelpful] = answersDoubts(judged.model);
  const here = unhelpful === undefined ? '' : ` On these sessions, do not trust ${unhelpful}.`;
  return [
    `The model is ${modelId}. ${learnt}`.trimEnd(),
    ...(judged.model === null ? (right === undefined ? [] : [right]) : [howRight(judged, family)]),
    `Of ${countText(windows, 'window')}, ${windows === 0 ? 'none' : percentText(unknown / windows)} are unknown${why}.${here}${next}${doubts === undefined ? '' : ` ${doubts}`}`,
  ];
}

/** For example `Learnt from 113 sessions of youtube (60 videos, 3 sites), 144p to 1080p.` */
export function learntFrom({
  sessions,
  services,
  sites,
  videos,
  classesPx,
  isSimulated,
}: TrainingFacts): string {
  const groups = [
    ...(videos === 0 ? [] : [countText(videos, 'video')]),
    ...(sites === 0 ? [] : [countText(sites, 'site')]),
  ];
  const named = groups.length === 0 ? '' : ` (${groups.join(', ')})`;
  const of = services.length === 0 ? '' : ` of ${services.join(', ')}`;
  const kind = isSimulated ? 'simulated session' : 'session';
  return `Learnt from ${countText(sessions, kind)}${of}${named}, ${rungs(classesPx)}.`;
}

function howRight({ model, baselines }: JudgedFacts, family: string | null): string {
  if (model === null) return 'How right it is, is not known: no labelled session was held out.';
  const { accuracy, intervals, sessions } = model;
  const alone = baselines.find(({ name }) => name === WINDOW_ALONE)?.evaluation.accuracy;
  const smoothed = alone === undefined ? [] : [`without smoothing over the session ${percentText(alone)}`];
  const about = [...between(intervals?.accuracy ?? null), ...smoothed].join('; ');
  const right = `On ${countText(sessions, 'unseen session')}, ${percentText(accuracy)} of the windows are right${about === '' ? '' : ` (${about})`}`;
  const itself =
    family === null ? '' : `; the model is itself a simple rule, ${family}, because no trial was better`;
  const [best] = baselines
    .filter(({ name, lead }) => lead !== null && name !== family)
    .sort((one, other) => other.evaluation.accuracy - one.evaluation.accuracy);
  if (best?.lead == null)
    return `${right}${itself}; there is no ${family === null ? '' : 'other '}simple rule to compare with.`;
  const rule = `the best ${family === null ? '' : 'other '}simple rule, ${best.name}, is right in ${percentText(best.evaluation.accuracy)}`;
  return `${right}${itself}; ${rule}: ${comparison(best.lead.accuracy)}.`;
}

function comparison({ value, interval }: ScoreDifference): string {
  if (value === 0) return 'no more and no less';
  const isModel = value > 0;
  const [low, high] = isModel
    ? [interval?.low, interval?.high]
    : [-(interval?.high ?? 0), -(interval?.low ?? 0)];
  const bounds =
    interval === null ? '' : ` (95 % interval of the difference: ${signed(low!)} to ${signed(high!)})`;
  const points = `${Math.abs(100 * value).toFixed(1)} points${bounds}`;
  const chance = interval !== null && low! > 0 ? '' : ', which may be chance';
  return isModel
    ? `the model is better by ${points}${chance}`
    : `better than the model, by ${points}${chance}`;
}

function notToTrust(training: TrainingFacts, judged: JudgedFacts): string {
  const doubts = [
    ...leakDoubts(training.leaks),
    ...(training.isSimulated ? ['real captures: it knows simulated sessions only'] : []),
    ...(judged.model === null ? [] : rungDoubts(judged.model, training.classesPx)),
    ...switchDoubts(judged, training.services.length > 0),
    ...(training.sites === 1 ? ['other sites: all sessions are of one'] : []),
    ...answersDoubts(judged.model),
    ...confidenceDoubts(judged.model),
  ];
  const shown = doubts.slice(0, MOST_DOUBTS);
  const unknown = unknownTo(training.services);
  return shown.length === 0
    ? `Nothing speaks against it on sessions like these; ${unknown}.`
    : `Do not trust it for ${shown.join('; ')}. ${capital(unknown)}.`;
}

/** A model of unnamed services alone cannot tell others from them by name. */
function unknownTo(services: readonly string[]): string {
  const named = services.filter((name) => name !== UNNAMED_SERVICES);
  return named.length === 0
    ? 'windows of traffic unlike that of its training are answered as unknown'
    : `windows of services other than ${named.join(', ')} are answered as unknown, and so are those of an unnamed service that are unlike its training`;
}

function leakDoubts(leaks: TrainingFacts['leaks']): string[] {
  const [first, ...others] = [...leaks].sort((one, other) => other.balancedAccuracy - one.balancedAccuracy);
  if (first === undefined) return [];
  const more = others.length === 0 ? '' : ` (${others.map(({ column }) => column).join(', ')} too)`;
  return [
    `anything before you have looked at ${first.column}, which alone predicts ${percentText(first.balancedAccuracy)} of the labels and may be a copy of the label${more}`,
  ];
}

function rungDoubts({ perClass, confusion, classes }: Evaluation, known: readonly number[]): string[] {
  const occurring = perClass.filter(({ support }) => support > 0);
  const predictions = (heightPx: number): number => {
    const label = classes.indexOf(heightPx);
    return confusion.reduce((sum, row) => sum + (row[label] ?? 0), 0);
  };
  const isNew = ({ heightPx }: { heightPx: number }): boolean => !known.includes(heightPx);
  const never = occurring.filter((one) => !isNew(one) && predictions(one.heightPx) === 0);
  const weak = occurring.filter(
    (one) => !isNew(one) && predictions(one.heightPx) > 0 && one.recall < LOW_RECALL,
  );
  const listed = (of: readonly { heightPx: number }[]): string =>
    of.map(({ heightPx }) => `${heightPx}p`).join(', ');
  const unseen = occurring.filter(isNew);
  return [
    ...(unseen.length === 0 ? [] : [`${listed(unseen)}, not in its training`]),
    ...(never.length === 0 ? [] : [`${listed(never)}, never predicted`]),
    ...weak.map(
      ({ heightPx, recall }) => `${heightPx}p, recognised in ${percentText(recall)} of its windows`,
    ),
  ];
}

function switchDoubts({ model, bySwitch }: JudgedFacts, isOfCaptures: boolean): string[] {
  if (model === null) return [];
  const after = bySwitch.filter(({ since }) => since === '0-10 s' || since === '10-30 s');
  const windows = after.reduce((sum, one) => sum + one.windows, 0);
  // Of a dataset nobody knows when it switches.
  if (windows === 0)
    return bySwitch.length === 0 && isOfCaptures ? ['sessions that switch: none was held out'] : [];
  const right = after.reduce((sum, one) => sum + one.windows * (one.accuracy ?? 0), 0) / windows;
  return right < model.accuracy - LOWER_AFTER_SWITCH
    ? [`the 30 s after a switch, of which ${percentText(right)} are right`]
    : [];
}

function answersDoubts(model: Evaluation | null): string[] {
  const gain = model && answersGain(model);
  return gain === null || gain.ofAnswered <= gain.ofAll
    ? []
    : [
        `its choice of windows to leave unknown: ${percentText(gain.ofAnswered, 1)} of its answers are wrong, ${percentText(gain.ofAll, 1)} if it answered all`,
      ];
}

function confidenceDoubts(model: Evaluation | null): string[] {
  const byChance = model?.calibrationDoubt?.byChance;
  if (model === null || byChance === undefined || model.expectedCalibrationError <= byChance) return [];
  return [`its confidence, which is off by ${percentText(model.expectedCalibrationError)} on average`];
}

function between(interval: Interval | null): string[] {
  return interval === null
    ? []
    : [`95 % interval ${(100 * interval.low).toFixed(0)} to ${percentText(interval.high)}`];
}

function rungs(classesPx: readonly number[]): string {
  const [low, high] = [classesPx[0], classesPx.at(-1)];
  return low === high ? `${low ?? 'no rung'}p` : `${low}p to ${high}p`;
}

function signed(share: number): string {
  const points = (100 * share).toFixed(1);
  return share > 0 ? `+${points}` : points;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** The sentences for a cross-evaluation, whose models learnt from all parts but one each. */
export function crossVerdict(
  parts: number,
  training: Pick<TrainingFacts, 'services' | 'isSimulated' | 'leaks'>,
  judged: JudgedFacts & { readonly model: Evaluation },
): string[] {
  const { sessions, classes } = judged.model;
  const facts = { ...training, sessions, sites: 0, videos: 0, classesPx: classes };
  return [
    `The ${countText(sessions, 'session')} were divided into ${countText(parts, 'part')}; for each part, a model that learnt from the other parts answered.`,
    howRight(judged, null),
    notToTrust(facts, judged),
  ];
}
