/** Computes one part of a fit, by its number. */
export type DoPart<Result> = (part: number) => Result;

/**
 * One kind of work that a fit is divided into: trees, blocks of distances, machines of two classes. Any thread can
 * compute any part from the same shared memory, with the same result.
 */
export interface FitPart<Work, Result> {
  /** A helper thread finds the kind by this name, in `learning/models/fit-parts.ts`. */
  readonly name: string;
  /** Prepares a thread to compute parts of the work; called once per thread. */
  readonly prepare: (work: Work) => DoPart<Result>;
}
