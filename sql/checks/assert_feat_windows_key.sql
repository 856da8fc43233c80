-- assert_feat_windows_key: no (session_id, window_index) occurs twice.
-- reads: feat_windows
select session_id, window_index, count(*)::integer as rows from feat_windows group by all having count(*) > 1
