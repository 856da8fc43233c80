/** SQL of a common table expression: the captures of the run $run_id, each once, with a name. */
export const RUN_CAPTURES = `run_captures as (
      select capture_id, min(capture_name) as capture_name
      from main.run_sources
      where run_id = $run_id
      group by capture_id
    )`;
