-- trials: one row per trial of a run's search; what it came to last counts.
create table main.trials (
  run_id varchar not null,
  trial integer not null,
  family varchar not null,
  setting json not null,
  state varchar not null,
  budget_share double not null,
  attempts integer not null,
  macro_f1_mean double,
  macro_f1_low double,
  macro_f1_high double,
  macro_f1_by_fold double[],
  accuracy_mean double,
  log_loss_mean double,
  train_rows integer,
  seconds double,
  reused boolean not null,
  reason varchar,
  warnings varchar[] not null,
  primary key (run_id, trial)
)
