import type { Random } from '../../common/random.js';
import { normal } from '../engine/normal.js';

/** Applications other than video, by what their flows look like. */
export type BackgroundKind = 'page' | 'telemetry' | 'polling' | 'images' | 'update';

/** A request of a flow and its response; it begins `afterUs` after the response before it. */
export interface Exchange {
  readonly afterUs: number;
  /** Plaintext bytes, HTTP headers included. */
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Time that the server takes before it responds. */
  readonly serverUs: number;
}

interface FlowKind {
  /** Share of its flows that use QUIC; the others use TCP. */
  readonly quicShare: number;
  /** Its exchanges, for at least so many seconds. */
  readonly exchanges: (random: Random, seconds: number) => Exchange[];
}

/** A request of an update is for this many bytes, except the last. */
const UPDATE_RANGE_BYTES = 1 << 20;

/**
 * What the flows of each kind do. Sizes are lognormal, as Barford and Crovella (SIGMETRICS 1998) found those of web
 * objects to be; a page with all its flows has about 70 objects and 2 MB, the median page of the HTTP Archive of 2024.
 */
export const FLOW_KINDS: Readonly<Record<BackgroundKind, FlowKind>> = {
  /** One of the connections of a page: a burst of objects, then a few late ones. */
  page: {
    quicShare: 0.45,
    exchanges: (random) =>
      Array.from({ length: 3 + random.integer(18) }, (_, at) => ({
        afterUs: random.uniform() < 0.1 && at > 0 ? between(random, 1e6, 15e6) : between(random, 2e3, 60e3),
        requestBytes: between(random, 350, 900),
        responseBytes: sized(random, 12e3, 1.3, 1.5e6),
        serverUs: between(random, 5e3, 80e3),
      })),
  },
  /**
   * Reports to a server, at nearly regular times: more bytes up than down. By TCP, because the simulated QUIC sends a request
   * in one datagram.
   */
  telemetry: {
    quicShare: 0,
    exchanges: (random, seconds) =>
      every(random, seconds, between(random, 5, 45), () => ({
        requestBytes: sized(random, 1_500, 0.5, 8e3),
        responseBytes: between(random, 150, 600),
        serverUs: between(random, 5e3, 60e3),
      })),
  },
  /** Questions to an interface of a server, at nearly regular times. */
  polling: {
    quicShare: 0.3,
    exchanges: (random, seconds) =>
      every(random, seconds, between(random, 3, 20), () => ({
        requestBytes: between(random, 300, 800),
        responseBytes: sized(random, 3e3, 0.9, 60e3),
        serverUs: between(random, 10e3, 120e3),
      })),
  },
  /** A synchronisation of pictures: a few in a row, then a pause. */
  images: {
    quicShare: 0.45,
    exchanges: (random, seconds) =>
      every(random, seconds, between(random, 40, 160), () => ({
        requestBytes: between(random, 400, 800),
        responseBytes: sized(random, 250e3, 0.7, 4e6),
        serverUs: between(random, 10e3, 80e3),
      })).flatMap((first) => [
        first,
        ...Array.from({ length: random.integer(5) }, () => ({
          ...first,
          afterUs: between(random, 5e3, 200e3),
          responseBytes: sized(random, 250e3, 0.7, 4e6),
        })),
      ]),
  },
  /** A file of 4 to 12 MB, in requests of 1 MiB one after another. */
  update: {
    quicShare: 0.1,
    exchanges: (random) => {
      const bytes = between(random, 4e6, 12e6);
      return Array.from({ length: Math.ceil(bytes / UPDATE_RANGE_BYTES) }, (_, at) => ({
        afterUs: between(random, 3e3, 40e3),
        requestBytes: between(random, 350, 600),
        responseBytes: Math.min(UPDATE_RANGE_BYTES, bytes - at * UPDATE_RANGE_BYTES),
        serverUs: between(random, 3e3, 30e3),
      }));
    },
  },
};

function between(random: Random, least: number, most: number): number {
  return Math.round(least + random.uniform() * (most - least));
}

/** A lognormal number of bytes, by its median and the deviation of its logarithm. */
function sized(random: Random, median: number, sigma: number, most: number): number {
  return Math.round(Math.min(most, median * Math.exp(sigma * normal(random))));
}

/** Exchanges at intervals of about `period` seconds, a fifth more or less. */
function every(
  random: Random,
  seconds: number,
  period: number,
  draw: () => Omit<Exchange, 'afterUs'>,
): Exchange[] {
  return Array.from({ length: Math.ceil(seconds / period) + 1 }, (_, at) => ({
    afterUs: at === 0 ? 0 : Math.round(period * 1e6 * (0.8 + 0.4 * random.uniform())),
    ...draw(),
  }));
}
