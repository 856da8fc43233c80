-- runs: one row per workflow run that built tables; they are in the schema "run <run_id>".
create table main.runs (
  run_id varchar primary key,
  config json not null,
  simulated boolean not null,
  state varchar not null
)
