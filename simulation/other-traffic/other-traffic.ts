import type { Random } from '../../common/random.js';
import type { EventQueue } from '../engine/event-queue.js';
import { normal } from '../engine/normal.js';
import type { Host, Hosts } from '../hosts.js';
import type { Connection } from '../transport/connection.js';
import { type Application, OTHERS, PICTURES, REPORTS } from './applications.js';

/** The first batch of an application comes within this time. */
const FIRST_BATCH_SECONDS = 30;
const SERVER_MIN_US = 5_000;
const SERVER_SPREAD_US = 60_000;

/** Parts of the simulation that other traffic uses. */
export interface OtherTrafficContext {
  readonly clock: EventQueue;
  readonly random: Random;
  readonly hosts: Hosts;
  readonly ipVersion: 4 | 6;
  readonly lookUp: (host: Host, done: () => void) => void;
  readonly connect: (host: Host, transport: 'tcp' | 'quic') => Connection;
}

/**
 * Starts what the client's machine does beside playing: pictures and reports of the service itself, and other
 * applications, each with its chance. All of it is on port 443 and shares the path with the player. Sizes and times are
 * orders of magnitude, not measurements.
 */
export function startOtherTraffic(context: OtherTrafficContext): void {
  const { random, hosts } = context;
  const others = OTHERS.map((application, index) => ({
    application,
    host: { name: application.host, aliases: [], address: otherAddress(context.ipVersion, index, random) },
  }));
  for (const { application, host } of [
    { application: PICTURES, host: hosts.pictures },
    { application: REPORTS, host: hosts.reports },
    ...others,
  ]) {
    if (random.uniform() < application.chance) startApplication(application, host, context);
  }
}

/** An address for benchmarks (RFC 2544), or for documentation (RFC 3849). */
function otherAddress(ipVersion: 4 | 6, index: number, random: Random): string {
  const host = 1 + random.integer(200);
  return ipVersion === 4 ? `198.18.${index}.${host}` : `2001:db8:5:${index}::${host}`;
}

function startApplication(application: Application, host: Host, context: OtherTrafficContext): void {
  const { clock, random, connect } = context;
  const transport = random.uniform() < 0.5 ? 'tcp' : 'quic';
  const lanes = between(application.connections, random);
  clock.after(random.uniform() * FIRST_BATCH_SECONDS * 1e6, () => {
    context.lookUp(host, () => {
      const connections = Array.from({ length: lanes }, () => connect(host, transport));
      const batch = (): void => {
        runBatch(application, connections, context, () => {
          clock.after(between(application.pauseSeconds, random) * 1e6, batch);
        });
      };
      batch();
    });
  });
}

/** Makes the requests of a batch, each on the first idle connection, and calls `done` after the last response. */
function runBatch(
  { kind, requests, requestBytes, response }: Application,
  connections: readonly Connection[],
  { random }: OtherTrafficContext,
  done: () => void,
): void {
  let left = between(requests, random);
  let running = 0;
  const next = (connection: Connection): void => {
    if (left === 0) {
      if (running === 0) done();
      return;
    }
    left--;
    running++;
    const request = {
      kind,
      media: null,
      requestBytes: between(requestBytes, random),
      responseBytes: Math.ceil(
        Math.min(response.mostBytes, response.medianBytes * Math.exp(response.sigma * normal(random))),
      ),
      serverUs: SERVER_MIN_US + random.integer(SERVER_SPREAD_US),
    };
    connection.exchange(request, () => {
      running--;
      next(connection);
    });
  };
  for (const connection of connections.slice(0, left)) next(connection);
}

const between = ([least, most]: readonly [number, number], random: Random): number =>
  least + random.integer(most - least + 1);
