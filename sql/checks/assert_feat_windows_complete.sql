-- assert_feat_windows_complete: joins lose and invent no window.
-- reads: feat_windows, session_windows
select session_id, window_index from session_windows
except
select session_id, window_index from feat_windows
