import { countText } from '../../common/count-text.js';
import { isAssumed, isUntrained } from '../../learning/domain/domain-doubts.js';

/**
 * Warns that sessions belong to services that a model did not learn from: none of their windows gets an answer.
 * @param trained services that the model learnt from
 * @param sessions number of sessions by service
 */
export function untrainedWarnings(
  trained: readonly string[],
  sessions: readonly { readonly service: string; readonly sessions: number }[],
): string[] {
  const all = sessions.reduce((sum, of) => sum + of.sessions, 0);
  const untrained = sessions.filter(({ service }) => isUntrained(trained, service));
  if (untrained.length === 0) return [];
  const own = untrained.reduce((sum, of) => sum + of.sessions, 0);
  const names = untrained.map(({ service }) => service);
  const which =
    names.length === 1
      ? names[0]
      : `of other services (${untrained.map(({ service, sessions: of }) => `${service} ${of}`).join(', ')})`;
  return [
    `the model knows ${trained.filter((name) => !isAssumed(name)).join(', ')}; ${own} of ${countText(all, 'session')} ${own === 1 ? 'is' : 'are'} ${which}: all their windows are unknown. Name a model that learnt from ${names.join(' and ')} (--model, vqi models lists them), or train one`,
  ];
}
