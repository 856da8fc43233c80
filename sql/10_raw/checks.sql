-- checks: one row per check that a run's tables passed.
create table main.checks (
  run_id varchar not null,
  name varchar not null,
  offending_rows integer not null,
  primary key (run_id, name)
)
