import type { ServiceRule } from '../../schemas/services.js';

/**
 * Puts a user's rules before the shipped ones: if names or prefixes of two services match equally well, the first
 * wins. A user's rule for a shipped service is added to the shipped rule or, with `replace`, replaces it.
 */
export function mergeServiceRules(
  shipped: readonly ServiceRule[],
  own: readonly ServiceRule[],
): ServiceRule[] {
  const replaced = new Set(own.filter(({ replace }) => replace).map(({ service }) => service));
  return [...own, ...shipped.filter(({ service }) => !replaced.has(service))];
}
