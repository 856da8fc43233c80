-- runs: one row per workflow run that built tables; they are in the schema "run <run_id>".
-- filled by: warehouse/runs/register-run.ts
create table main.runs (
  run_id varchar primary key,
  config json not null, -- the run configuration
  simulated boolean not null,
  state varchar not null, -- building, searching, completed, cancelled, failed or terminated
  verdict varchar[] -- sentences: what was learnt from, how right it is on unseen sessions, what not to trust it for; null: not ended
)
