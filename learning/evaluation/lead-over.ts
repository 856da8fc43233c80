import { deriveSeed } from '../../common/random.js';
import { intervalOf, pairedDraws, type Interval } from './bootstrap.js';
import { summed, type ConfusionMatrix } from './confusion.js';
import { accuracyOf, classReport } from './metrics.js';

/** A difference of two scores; the 95 % interval is null with fewer than two sessions. */
export interface ScoreDifference {
  readonly value: number;
  readonly interval: Interval | null;
}

/** How much better a model is than a baseline on the same windows; negative: worse. */
export interface Lead {
  readonly accuracy: ScoreDifference;
  readonly macroF1: ScoreDifference;
}

/**
 * The leads of a model over baselines. The intervals are a paired bootstrap over sessions (`pairedDraws`): model and
 * baseline are scored on the same drawn sessions, so that a session that is hard for both has no effect.
 *
 * @param model one confusion matrix per session
 * @param baselines for each baseline one matrix per session, the same sessions in the same order
 * @returns one lead per baseline, in their order
 */
export function leadsOver(
  model: readonly ConfusionMatrix[],
  baselines: readonly (readonly ConfusionMatrix[])[],
  seed: number,
): Lead[] {
  if (baselines.length === 0) return [];
  const [own, ...others] = [model, ...baselines].map((bySession) => {
    const confusion = summed(bySession);
    return { accuracy: accuracyOf(confusion), macroF1: classReport(confusion).macroF1 };
  });
  const drawn = model.length < 2 ? [] : pairedDraws([model, ...baselines], deriveSeed(seed, 'leads'));
  const difference = (at: number, metric: keyof Lead): ScoreDifference => {
    const [ours, theirs] = [drawn[0]?.[metric], drawn[at + 1]?.[metric]];
    return {
      value: own![metric] - others[at]![metric],
      interval:
        ours === undefined || theirs === undefined
          ? null
          : intervalOf(Array.from(ours, (score, draw) => score - theirs[draw]!)),
    };
  };
  return others.map((_, at) => ({
    accuracy: difference(at, 'accuracy'),
    macroF1: difference(at, 'macroF1'),
  }));
}

/** A difference with its sign, and its interval if it has one: `+0.061 (95 % +0.020 to +0.102)`. */
export function differenceText({ value, interval }: ScoreDifference): string {
  const bounds = interval && ` (95 % ${signed(interval.low)} to ${signed(interval.high)})`;
  return `${signed(value)}${bounds ?? ''}`;
}

function signed(value: number): string {
  const text = value.toFixed(3);
  return value > 0 ? `+${text}` : text;
}
