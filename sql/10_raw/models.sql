-- models: one row per model that was stored.
-- filled by: warehouse/runs/record.ts
create table main.models (
  model_id varchar not null,
  run_id varchar not null,
  trial integer not null,
  family varchar not null,
  setting json not null, -- hyperparameters
  artifact_path varchar not null,
  artifact_sha256 varchar not null,
  training_sha256 varchar not null,
  training_rows integer not null,
  training_sessions integer not null,
  feature_count integer not null,
  classes_px integer[] not null, -- lines of the resolutions that it knows
  metrics json not null, -- scores on held-out sessions
  created_at timestamp not null,
  is_current boolean not null, -- whether it is used if no model is named
  primary key (model_id, run_id)
)
