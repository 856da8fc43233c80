-- checks: one row per run and check that its tables passed.
-- filled by: warehouse/core/run-models.ts
create table main.checks (
  run_id varchar not null,
  name varchar not null,
  offending_rows integer not null, -- 0: a check that finds rows fails the run
  primary key (run_id, name)
)
