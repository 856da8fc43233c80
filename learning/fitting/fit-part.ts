/** Does one part of a fit, by its number. */
export type DoPart<Result> = (part: number) => Result;

/**
 * One kind of work that a fit is cut into: trees, blocks of distances, machines of two classes. Any thread can do any part
 * of it from the same shared memory, and the result does not depend on who does it.
 */
export interface FitPart<Work, Result> {
  /** A helper thread finds the kind by this name, in `learning/models/fit-parts.ts`. */
  readonly name: string;
  /** Makes ready to do parts of some work; a thread calls it once. */
  readonly prepare: (work: Work) => DoPart<Result>;
}
