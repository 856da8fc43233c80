-- assert_training_set_apart: no held-out session is among the rows that trials see.
-- reads: training_set, splits
select session_id from training_set join splits using (session_group) where splits.fold = -1
