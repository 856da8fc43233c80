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
  choice varchar, -- in words: which trial was chosen, on which groups, and what it was compared with
  ranked_on varchar, -- what the folds consisted of, none of which its fit had seen: session, video, site, home or date
  ranked_groups integer, -- how many of them
  best_trial integer, -- that is no baseline: the best of those that beat the baselines or, if none does, the most accurate
  best_accuracy double, -- in the folds
  best_macro_f1 double,
  baseline varchar, -- family of the baseline with the highest accuracy in the folds
  baseline_accuracy double,
  baseline_macro_f1 double,
  is_baseline boolean not null, -- whether the model is a baseline, because no trial beat it
  metrics json not null, -- scores on held-out sessions
  created_at timestamp not null,
  kind varchar, -- origin, service, resolutions, windows and features; null: of a part of a cross-evaluation
  origins varchar[] not null, -- of the captures that it learnt from: simulated, spliced; empty if they are real, or of a dataset
  judge varchar, -- hash of the held-out sessions, windows and labels that the scores come from; null if there are none
  is_current boolean not null, -- whether it is used if no model is named
  is_promoted boolean not null, -- whether it is the current one because a user chose it
  standing varchar, -- why it is, is no longer, or never was, the current one; null until its run is finished
  primary key (model_id, run_id)
)
