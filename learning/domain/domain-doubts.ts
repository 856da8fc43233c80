import type { Unknown } from '../../schemas/window-prediction.js';
import type { FeatureMatrix } from '../fitting/feature-matrix.js';
import { domainDistances, type TrainingDomain } from './training-domain.js';

/** Windows to compare with the domain. */
export interface DoubtfulRows {
  readonly features: FeatureMatrix;
  /** Session of each row. */
  readonly sessions: Int32Array;
  /** 0: the row has no evidence, and does not count for its session. */
  readonly hasEvidence: Uint8Array;
  /** Service of each row's session, empty if not known. */
  readonly services: readonly string[];
}

const ASSUMED = /^assumed/;

/** Whether a capture does not name the service, but the configuration assumes it. */
export function isAssumed(service: string): boolean {
  return ASSUMED.test(service);
}

/** Whether a model that learnt from services by name did not learn from this one. @param service empty if not known */
export function isUntrained(trained: readonly string[], service: string): boolean {
  return (
    trained.some((name) => !isAssumed(name)) &&
    service !== '' &&
    !isAssumed(service) &&
    !trained.includes(service)
  );
}

/** Why each row is outside the domain of the training; null if it is inside. */
export function domainDoubts(
  domain: TrainingDomain,
  { features, sessions, hasEvidence, services }: DoubtfulRows,
): (Unknown | null)[] {
  const distances = domainDistances(domain, features);
  const sums = new Map<number, { sum: number; rows: number }>();
  for (const [row, session] of sessions.entries()) {
    if (hasEvidence[row] === 0) continue;
    const known = sums.get(session) ?? { sum: 0, rows: 0 };
    sums.set(session, { sum: known.sum + distances[row]!, rows: known.rows + 1 });
  }
  return Array.from(sessions, (session, row): Unknown | null => {
    const service = services[row] ?? '';
    if (isUntrained(domain.services, service))
      return {
        kind: 'untrained service',
        reason: `the model was not trained on the service ${service} (but on ${domain.services.join(', ')})`,
      };
    const { sum, rows } = sums.get(session) ?? { sum: 0, rows: 0 };
    if (rows > 0 && sum / rows > domain.sessionLimit)
      return unlike(
        `the session is unlike those of the training: mean distance ${(sum / rows).toFixed(3)}, usual is up to ${domain.sessionLimit.toFixed(3)}`,
      );
    if (distances[row]! > domain.windowLimit)
      return unlike(
        `the window is unlike those of the training: distance ${distances[row]!.toFixed(3)}, usual is up to ${domain.windowLimit.toFixed(3)}`,
      );
    return null;
  });
}

function unlike(reason: string): Unknown {
  return { kind: 'unlike training', reason };
}
