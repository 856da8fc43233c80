import type { FitPart } from './fit-part.js';

/** Asks a fit to stop; an AbortSignal is one. */
export interface StopSignal {
  /** Throws where the fit has to stop. */
  throwIfAborted(): void;
}

/** What a team tells, and is told, while it works. */
export interface TeamHooks {
  readonly signal?: StopSignal | undefined;
  /** Parts done so far of this run. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Whoever does the parts of one piece of work. */
export interface FitTeam<Result> {
  /** Does the parts `from` to `to` - 1 and returns their results, in order. */
  run(from: number, to: number, hooks?: TeamHooks): Result[];
  /** Lets the team go; nothing else may be asked of it. */
  end(): void;
}

/** Does the parts of a fit, on one thread or on several; the results never depend on how many. */
export interface FitCrew {
  team<Work, Result>(part: FitPart<Work, Result>, work: Work): FitTeam<Result>;
}

/** Does everything on the thread that asks. */
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
