/** Groups that `split.by` may keep together besides sessions. */
export const GROUP_KINDS = ['video', 'site', 'home', 'date'] as const;

export type GroupKind = (typeof GROUP_KINDS)[number];

/** Names of the columns with special roles in a dataset. */
export interface DatasetColumnNames {
  readonly session: string;
  readonly label: string;
  /** Orders the rows of a session; null: the order of the file. */
  readonly time: string | null;
  /** `session`: groups sessions that share a capture; without it, each session is its own group. */
  readonly groups: Readonly<Partial<Record<GroupKind | 'session', string>>>;
}

/** A dataset that is recognised by its columns. */
export interface DatasetAdapter {
  readonly name: string;
  /** All of these columns must be present. */
  readonly recognisedBy: readonly string[];
  readonly columns: DatasetColumnNames;
}

/** The datasets that need no description in the run configuration; if several match, the first is used. */
export const DATASET_ADAPTERS = [
  {
    // Bronzino et al., "Inferring streaming video quality from encrypted traffic", SIGMETRICS 2020:
    // netflix_dataset.pkl, and the file of four services from which it was extracted.
    name: 'netflix-dataset',
    recognisedBy: [
      'session_id',
      'deployment_session_id',
      'home_id',
      'video_id',
      'absolute_timestamp',
      'relative_timestamp',
      'resolution',
      '10_EWMA_chunksizes',
    ],
    columns: {
      session: 'session_id',
      label: 'resolution',
      time: 'relative_timestamp',
      groups: { home: 'home_id', video: 'video_id', date: 'absolute_timestamp' },
    },
  },
  {
    // This program's own dataset_raw and dataset_clean, exported.
    name: 'vqi',
    recognisedBy: ['session_id', 'session_group', 'window_index', 'window_start_us', 'resolution_px'],
    columns: {
      session: 'session_id',
      label: 'resolution_px',
      time: 'window_index',
      groups: { session: 'session_group', date: 'window_start_us' },
    },
  },
] as const satisfies readonly DatasetAdapter[];

/** The adapter of a dataset with these columns; null if none matches. */
export function adapterOf(columns: readonly string[]): DatasetAdapter | null {
  return (
    DATASET_ADAPTERS.find(({ recognisedBy }) => recognisedBy.every((name) => columns.includes(name))) ?? null
  );
}
