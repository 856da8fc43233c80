-- runs: one row per workflow run that built tables; they are in the schema "run <run_id>".
-- filled by: warehouse/runs/register-run.ts
create table main.runs (
  run_id varchar primary key,
  began_at timestamp not null default (now() at time zone 'UTC'), -- when its tables began to be built
  config json not null, -- the run configuration
  simulated boolean not null,
  state varchar not null, -- building, searching, completed, cancelled, failed or terminated
  reason varchar, -- why it failed or was cancelled, or of a completed run, why the last run that was to replace it did not; null: none of these, or it ended without a last step
  score json, -- on sessions that its model was not trained on; null: none was labelled
  verdict varchar[] -- sentences: what was learnt from, how right it is on unseen sessions, what not to trust it for; null: not ended
)
