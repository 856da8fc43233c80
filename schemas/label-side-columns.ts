/**
 * Columns of the published dataset and of players' logs that must not be inputs, in lower case: reported by the player
 * (the label and related columns), or identifying a session, a home, a title or a time.
 */
export const LABEL_SIDE_COLUMNS: readonly string[] = [
  'resolution',
  'height',
  'itag',
  'buffer_health',
  'buffer_seconds',
  'quality',
  'bitrate',
  'bitrate_change',
  'previous_bitrate',
  'n_bitrate_switches',
  'c_bitrate_switches',
  'c_resolution_switches',
  'n_rebufferings',
  'c_rebufferings',
  'startup_time',
  'startup3.3',
  'startup6.6',
  'startup5',
  'startup10',
  'startup_mc',
  'ads',
];

export const IDENTIFYING_COLUMNS: readonly string[] = [
  'deployment_session_id',
  'home_id',
  'video_id',
  'site',
  'service',
  'index',
  'row_index',
  'absolute_timestamp',
  'relative_timestamp',
  'video_position',
  'video_duration',
];
