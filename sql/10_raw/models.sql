-- models: one row per model that was kept.
create table main.models (
  model_id varchar not null,
  run_id varchar not null,
  trial integer not null,
  family varchar not null,
  setting json not null,
  artifact_path varchar not null,
  artifact_sha256 varchar not null,
  training_sha256 varchar not null,
  training_rows integer not null,
  training_sessions integer not null,
  feature_count integer not null,
  classes_px integer[] not null,
  metrics json not null,
  created_at timestamp not null,
  is_current boolean not null,
  primary key (model_id, run_id)
)
