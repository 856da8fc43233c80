/** Compared settings of support vector machines; the first one is also fitted alone. */
export const SVM_GRID = [
  { C: 1, gamma: 1 },
  ...[1, 3, 10]
    .flatMap((C) => [0.3, 1, 3].map((gamma) => ({ C, gamma })))
    .filter(({ C, gamma }) => C !== 1 || gamma !== 1),
] as const;
