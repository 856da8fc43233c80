import type { ServiceRule } from '../../schemas/services.js';

/**
 * A user's rules before the shipped ones: where names or prefixes of two services match alike, the first counts. A
 * user's rule for a shipped service stands beside that, or, with `replace`, instead of it.
 */
export function mergeServiceRules(
  shipped: readonly ServiceRule[],
  own: readonly ServiceRule[],
): ServiceRule[] {
  const replaced = new Set(own.filter(({ replace }) => replace).map(({ service }) => service));
  return [...own, ...shipped.filter(({ service }) => !replaced.has(service))];
}
