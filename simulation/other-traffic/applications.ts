import type { SegmentKind } from '../transport/segment-record.js';

/** A range of whole numbers, both ends included. */
type Range = readonly [least: number, most: number];

/** What an application on the client's machine does: from time to time it makes several requests at once. */
export interface Application {
  readonly kind: Extract<SegmentKind, 'thumbnail' | 'log' | 'other'>;
  /** Chance that a session has it. */
  readonly chance: number;
  readonly connections: Range;
  /** Time from the end of one batch to the next. */
  readonly pauseSeconds: Range;
  readonly requests: Range;
  /** Plaintext of a request. One QUIC datagram has room for the largest. */
  readonly requestBytes: Range;
  /** Plaintext of a response: lognormal. */
  readonly response: { readonly medianBytes: number; readonly sigma: number; readonly mostBytes: number };
}

/** Small pictures of the service itself. Some are larger than 20 kB, as segments of audio and video are. */
export const PICTURES: Application = {
  kind: 'thumbnail',
  chance: 0.9,
  connections: [1, 2],
  pauseSeconds: [40, 150],
  requests: [6, 24],
  requestBytes: [250, 600],
  response: { medianBytes: 12_000, sigma: 0.6, mostBytes: 120_000 },
};

/** Reports of the service's own player. */
export const REPORTS: Application = {
  kind: 'log',
  chance: 1,
  connections: [1, 1],
  pauseSeconds: [8, 30],
  requests: [1, 3],
  requestBytes: [500, 1100],
  response: { medianBytes: 250, sigma: 0.3, mostBytes: 1000 },
};

/** Applications that have nothing to do with the service, with the host that they talk to. */
export const OTHERS: readonly (Application & { readonly host: string })[] = [
  {
    host: 'www.news.example',
    kind: 'other',
    chance: 0.5,
    connections: [2, 5],
    pauseSeconds: [25, 120],
    requests: [15, 60],
    requestBytes: [250, 700],
    response: { medianBytes: 14_000, sigma: 1.2, mostBytes: 600_000 },
  },
  {
    host: 'pictures.social.example',
    kind: 'other',
    chance: 0.35,
    connections: [1, 3],
    pauseSeconds: [10, 60],
    requests: [4, 20],
    requestBytes: [250, 600],
    response: { medianBytes: 60_000, sigma: 0.8, mostBytes: 800_000 },
  },
  {
    host: 'telemetry.example.net',
    kind: 'other',
    chance: 0.7,
    connections: [1, 1],
    pauseSeconds: [5, 20],
    requests: [1, 2],
    requestBytes: [300, 1100],
    response: { medianBytes: 200, sigma: 0.3, mostBytes: 1000 },
  },
  {
    host: 'sync.files.example',
    kind: 'other',
    chance: 0.25,
    connections: [1, 1],
    pauseSeconds: [20, 90],
    requests: [1, 6],
    requestBytes: [300, 900],
    response: { medianBytes: 600_000, sigma: 1, mostBytes: 4_000_000 },
  },
  {
    host: 'chat.example.org',
    kind: 'other',
    chance: 0.5,
    connections: [1, 1],
    pauseSeconds: [2, 15],
    requests: [1, 1],
    requestBytes: [180, 400],
    response: { medianBytes: 300, sigma: 0.5, mostBytes: 2000 },
  },
];
