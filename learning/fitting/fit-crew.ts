import type { FitPart } from './fit-part.js';

/** Tells a fit to stop, such as an AbortSignal. */
export interface StopSignal {
  /** Throws if the fit must stop. */
  throwIfAborted(): void;
}

export interface TeamHooks {
  readonly signal?: StopSignal | undefined;
  /** Called with the parts of this run done so far. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Computes the parts of one piece of work. */
export interface FitTeam<Result> {
  /** Computes the parts `from` to `to` - 1 and returns their results, in order. */
  run(from: number, to: number, hooks?: TeamHooks): Result[];
  /** Releases the team; it must not be used afterwards. */
  end(): void;
}

/** Computes the parts of fits on one or several threads; results do not depend on the number of threads. */
export interface FitCrew {
  team<Work, Result>(part: FitPart<Work, Result>, work: Work): FitTeam<Result>;
}

/** Computes everything on the calling thread. */
export const LONE_CREW: FitCrew = {
  team: (part, work) => {
    const doPart = part.prepare(work);
    return {
      run: (from, to, { signal, onProgress } = {}) =>
        Array.from({ length: to - from }, (_, at) => {
          signal?.throwIfAborted();
          const result = doPart(from + at);
          onProgress?.(at + 1, to - from);
          return result;
        }),
      end: () => undefined,
    };
  },
};
