-- assert_timeline_probabilities: the probabilities of a window with a prediction sum to one.
-- reads: resolution_timeline
select session_id, window_index, list_sum(map_values(probabilities)) as total
from resolution_timeline
where predicted_px is not null and abs(list_sum(map_values(probabilities)) - 1) > 1e-6
