-- trials: one row per trial of a run's search, with the result of its last attempt.
-- filled by: warehouse/runs/record.ts
create table main.trials (
  run_id varchar not null,
  trial integer not null,
  family varchar not null,
  setting json not null, -- hyperparameters
  state varchar not null, -- completed, failed or cancelled
  budget_share double not null, -- part of its trees, rounds or rows that the trial had
  attempts integer not null, -- with retries
  macro_f1 double, -- over the windows of all folds, each predicted by a fit that had not seen its group
  macro_f1_low double, -- bounds of the 95 % interval
  macro_f1_high double,
  macro_f1_by_fold double[],
  accuracy double,
  log_loss double,
  folds_path varchar, -- file with the confusion matrices of each fold's sessions
  train_rows integer,
  seconds double,
  reused boolean not null, -- whether the scores of an equal training were used
  reason varchar, -- of a failure
  warnings varchar[] not null,
  primary key (run_id, trial)
)
