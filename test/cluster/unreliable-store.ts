import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the store does wrong at the moment. */
export interface StoreFaults {
  /** One request in so many fails; 0: none. */
  readonly failEvery: number;
  /** Milliseconds before each answer. */
  readonly delayMs: number;
  /** No connection is accepted. */
  readonly isAway: boolean;
}

const RELIABLE: StoreFaults = { failEvery: 0, delayMs: 0, isAway: false };

/** A proxy in front of a store, which passes requests on unchanged, or fails. */
export class UnreliableStore {
  faults: StoreFaults = RELIABLE;
  /** Requests so far, and how many of them failed. */
  requests = 0;
  failed = 0;
  /** Bytes that went to the store, and came from it. */
  sentBytes = 0;
  receivedBytes = 0;

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(storePort: number): Promise<UnreliableStore> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const store = new UnreliableStore(server, (server.address() as AddressInfo).port);
    server.on('request', (incoming, answer) => {
      const { failEvery, delayMs, isAway } = store.faults;
      const number = (store.requests += 1);
      const fails = isAway || (failEvery > 0 && number % failEvery === 0);
      if (fails) {
        store.failed += 1;
        // By turns: an answer, and a connection that ends in the middle.
        if (isAway || number % 2 === 0) incoming.socket.destroy();
        else answer.writeHead(503).end();
        return;
      }
      setTimeout(() => {
        const { method, url, rawHeaders } = incoming;
        const headers: [string, string][] = [];
        for (let at = 0; at < rawHeaders.length; at += 2)
          headers.push([rawHeaders[at]!, rawHeaders[at + 1]!]);
        const passed = request(
          { host: '127.0.0.1', port: storePort, method, path: url, headers: Object.fromEntries(headers) },
          (response) => {
            answer.writeHead(response.statusCode ?? 502, response.rawHeaders);
            response.on('data', (chunk: Buffer) => (store.receivedBytes += chunk.length));
            response.pipe(answer);
            response.on('error', () => answer.destroy());
          },
        );
        passed.on('error', () => answer.destroy());
        incoming.on('data', (chunk: Buffer) => (store.sentBytes += chunk.length));
        incoming.pipe(passed);
      }, delayMs);
    });
    return store;
  }

  be(faults: Partial<StoreFaults>): void {
    this.faults = { ...RELIABLE, ...faults };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
