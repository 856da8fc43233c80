-- assert_training_set_labels: every label is a rung of the ladder.
-- reads: training_set
-- params: ladder
select session_id, window_index, resolution_px
from training_set
where resolution_px is null or not list_contains($ladder, resolution_px)
