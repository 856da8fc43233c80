-- window_labels: one row per (session_id, window_index): the resolution that played in it, from the player's log, or
-- else from the session's label. resolution_px: shown for most of the window; null if nothing was shown, or nothing is
-- known, for longer than that. label_state: steady, switch (more than one resolution was shown) or none.
-- since_switch_seconds: from the last change of resolution to the window's start; negative if it is inside the window,
-- null if there was none before the window's end.
-- reads: session_windows, sessions, captures, player_logs
with shown as (
  select
    session.session_id,
    if(log.time_base = 'epoch', 0, capture.first_us) as base_us,
    base_us + part.start_us as start_us,
    coalesce(base_us + part.end_us, 9223372036854775807) as end_us,
    part.resolution_px
  from player_logs as log
  join sessions as session on session.labelled_session = log.session_label
  join main.captures as capture using (capture_id)
  cross join unnest(log.shown) as parts(part)
  where part.resolution_px is not null
),

switches as (
  select session_id, start_us as switch_us
  from (
    select
      session_id,
      start_us,
      resolution_px,
      lag(resolution_px) over (partition by session_id order by start_us) as earlier_px
    from shown
  )
  where resolution_px <> earlier_px
),

shares as (
  select
    session_id,
    window_index,
    shown.resolution_px,
    sum(least(shown.end_us, grid.end_us) - greatest(shown.start_us, grid.start_us))::bigint as shown_us
  from session_windows as grid
  join shown using (session_id)
  where shown.start_us < grid.end_us and shown.end_us > grid.start_us
  group by session_id, window_index, shown.resolution_px
),

logged as (
  select
    session_id,
    window_index,
    first(resolution_px order by shown_us desc, resolution_px desc) as longest_px,
    max(shown_us) as longest_us,
    sum(shown_us)::bigint as labelled_us,
    count(*)::integer as resolutions
  from shares
  group by session_id, window_index
),

labelled as (
  select
    grid.session_id,
    grid.window_index,
    log.session_label is not null as has_log,
    case
      when not has_log then grid.resolution_px
      when logged.longest_us >= grid.end_us - grid.start_us - logged.labelled_us then logged.longest_px
    end as resolution_px,
    if(has_log, coalesce(logged.longest_us, 0) / 1e6, null) as shown_seconds,
    if(has_log, coalesce(logged.labelled_us, 0) / 1e6, null) as labelled_seconds,
    case
      when logged.resolutions > 1 then 'switch'
      else 'steady'
    end as known_state,
    (grid.start_us - switches.switch_us) / 1e6 as since_switch_seconds
  from session_windows as grid
  asof left join switches on switches.session_id = grid.session_id and switches.switch_us < grid.end_us
  join sessions as session on session.session_id = grid.session_id
  left join player_logs as log on log.session_label = session.labelled_session
  left join logged on logged.session_id = grid.session_id and logged.window_index = grid.window_index
),

window_labels as (
  select
    session_id,
    window_index,
    resolution_px,
    case
      when resolution_px is null then null
      when has_log then 'player log'
      else 'session'
    end as label_source,
    if(resolution_px is null, 'none', known_state) as label_state,
    shown_seconds,
    labelled_seconds,
    since_switch_seconds
  from labelled
)

select * from window_labels order by session_id, window_index
