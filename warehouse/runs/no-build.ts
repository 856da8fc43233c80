/** SQL: the row with this `run_id` is of a run, and not of what is built to replace one or its results (common/build-id.ts). */
export const NO_BUILD = String.raw`not regexp_matches(run_id, ' \((replacing|retried by )')`;
