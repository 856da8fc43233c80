/** Published columns that repeat another one except for rounding, by name; they are not columns here. */
export const PUBLISHED_ALIASES: Readonly<Record<string, string>> = Object.fromEntries(
  [
    '10_chunksizes',
    'allprev_chunksizes',
    'all_prev_down_chunk_iat',
    'all_prev_up_chunk_iat',
    'down_chunk_iat',
    'up_chunk_iat',
  ].flatMap((prefix) =>
    ['50', '75', '85', '90'].map((share) => [`${prefix}_${share}R`, `${prefix}_${share}`]),
  ),
);

const because = (reason: string, names: readonly string[]): [string, string][] =>
  names.map((name) => [name, reason]);

const PROBES = ['50_perc', '75_perc', 'avg', 'max', 'min', 'stddev', 'var'] as const;

/** Published columns that cannot be computed from a capture, each with the reason. */
export const PUBLISHED_EXCLUSIONS: Readonly<Record<string, string>> = Object.fromEntries([
  ...because('reported by the player: the label, or related to it', [
    ...['resolution', 'quality', 'bitrate', 'bitrate_change', 'previous_bitrate'],
    ...[
      'n_bitrate_switches',
      'c_bitrate_switches',
      'c_resolution_switches',
      'n_rebufferings',
      'c_rebufferings',
    ],
    ...['startup_time', 'startup3.3', 'startup6.6', 'startup5', 'startup10', 'startup_mc', 'ads'],
  ]),
  ...because('identifies a session, a home, a title or a time', [
    ...['session_id', 'deployment_session_id', 'home_id', 'video_id', 'service', 'index'],
    ...['absolute_timestamp', 'relative_timestamp', 'video_position', 'video_duration'],
  ]),
  ...because(
    'measured by probes in the home, not in the traffic',
    PROBES.flatMap((probe) => [`access_${probe}`, `wireless_${probe}`]),
  ),
  ...because('0 in all published rows: belongs to another variant of the dataset', [
    ...['chunk_start_time', 'chunk_end_time', 'curr_chunksize', 'current_chunk_iat', 'size_diff_previous'],
  ]),
  ...because('unit and definition unknown; 0 in all known rows', [
    ...[
      'userThroughput',
      'serverThroughput',
      'userGoodput',
      'serverGoodput',
      'userIdleTime',
      'serverIdleTime',
    ],
    'serverBitrateChange',
  ]),
  ...because('name and values disagree (BytesPerPacket of tens of kB): definition unknown', [
    ...['userStrBytesInFlight', 'userEndBytesInFlight', 'serverStrBytesPerPacket', 'serverEndBytesPerPacket'],
  ]),
]);
