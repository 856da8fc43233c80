-- assert_timeline_probabilities: the probabilities of a window that has any sum to one, and every predicted one has them.
-- reads: resolution_timeline
select session_id, window_index, list_sum(map_values(probabilities)) as total
from resolution_timeline
where (predicted_px is not null or len(map_keys(probabilities)) > 0) and abs(coalesce(list_sum(map_values(probabilities)), 0) - 1) > 1e-6
