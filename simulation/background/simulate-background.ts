import { createRandom, deriveSeed } from '../../common/random.js';
import { EventQueue } from '../engine/event-queue.js';
import { BandwidthTrace } from '../network/bandwidth-trace.js';
import { NetworkPath, type Packet } from '../network/network-path.js';
import type { Connection } from '../transport/connection.js';
import { QuicConnection } from '../transport/quic-connection.js';
import { TcpConnection } from '../transport/tcp-connection.js';
import { clientEndpoint, serverEndpoint } from '../wire/endpoint.js';
import type { BackgroundFlow } from './plan-background.js';

export const HTTPS_PORT = 443;
const FIRST_CLIENT_PORT = 50_000;
const CLIENT_PORTS = 15_000;
/** The path of the background: its own, because the recorded traffic cannot give way to it. */
const BANDWIDTH = { meanBps: 20e6, sigma: 0.3, leastBps: 2e6, mostBps: 100e6, dipChance: 0 };
const LEAST_ROUND_TRIP_US = 8_000;
const ROUND_TRIP_SPREAD_US = 45_000;
const ACCESS_ROUND_TRIP_US = 1_500;
const LOSS = 0.0005;
const QUEUE_BYTES = 625_000;
const RECEIVE_WINDOW_BYTES = 262_144;
/** Segments of these connections are not recorded as truth. */
const unrecorded = (): void => undefined;

interface SimulateOptions {
  readonly seed: number;
  readonly clientAddress: string;
  /** Captured bytes of encrypted packets. Hellos are captured completely. */
  readonly snapLength: number;
  /** Start and end of the capture, microseconds since the Unix epoch. */
  readonly fromUs: number;
  readonly toUs: number;
}

/**
 * Simulates the flows of other applications, all on port 443 and without look-ups, as seen at the same vantage point.
 * @param capture gets each packet in the order of time
 */
export function simulateBackground(
  flows: readonly BackgroundFlow[],
  { seed, clientAddress, snapLength, fromUs, toUs }: SimulateOptions,
  capture: (timeUs: number, packet: Packet) => void,
): void {
  const random = createRandom(deriveSeed(seed, 'background path'));
  const clock = new EventQueue(fromUs);
  const network = {
    roundTripUs: LEAST_ROUND_TRIP_US + random.integer(ROUND_TRIP_SPREAD_US),
    accessRoundTripUs: ACCESS_ROUND_TRIP_US,
    lossBefore: LOSS,
    lossAfter: LOSS,
    reordering: 0,
    queueBytes: QUEUE_BYTES,
  };
  const bandwidth = BandwidthTrace.draw(BANDWIDTH, fromUs, Math.ceil((toUs - fromUs) / 1e6), random);
  const path = new NetworkPath(clock, network, bandwidth, capture, random);
  const late = { repeated: 0, filledIn: 0, overtaken: 0 };
  for (const [at, flow] of flows.entries()) {
    const context = {
      clock,
      path,
      random,
      client: clientEndpoint(clientAddress, FIRST_CLIENT_PORT + (at % CLIENT_PORTS)),
      server: serverEndpoint(flow.serverAddress, HTTPS_PORT),
      serverName: flow.serverName,
      snapLength,
      receiveWindowBytes: RECEIVE_WINDOW_BYTES,
      record: unrecorded,
    };
    const connection =
      flow.transport === 'quic'
        ? new QuicConnection(context)
        : new TcpConnection(context, { late, wrapsEarly: false });
    clock.at(flow.startUs, () => {
      run(flow, 0, connection, clock);
    });
  }
  clock.runUntil(toUs);
}

/** Makes the exchange at a place, and then the next one. */
function run(flow: BackgroundFlow, at: number, connection: Connection, clock: EventQueue): void {
  const exchange = flow.exchanges[at];
  if (exchange === undefined) {
    connection.close();
    return;
  }
  const { afterUs, requestBytes, responseBytes, serverUs } = exchange;
  clock.after(afterUs, () => {
    connection.exchange({ kind: 'page', media: null, requestBytes, responseBytes, serverUs }, () => {
      run(flow, at + 1, connection, clock);
    });
  });
}
