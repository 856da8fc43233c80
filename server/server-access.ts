import type { ConnectionOptions } from '@temporalio/client';

/** Namespace of a server that is started here, and of others if nothing else is said. */
export const DEFAULT_NAMESPACE = 'default';

/** How a client shows who it is, and recognises the server. */
export interface Credentials {
  readonly tls?: ConnectionOptions['tls'];
  readonly apiKey?: string | undefined;
  /** Headers of every request. */
  readonly metadata?: Record<string, string> | undefined;
}

/** How to reach a Temporal server. The credentials are private, so that nothing that prints or serialises it shows them. */
export class ServerAccess {
  readonly #credentials: Credentials;

  /**
   * @param address host:port
   * @param givenBy what names the server, such as `TEMPORAL_ADDRESS`; null: it was started here
   */
  constructor(
    readonly address: string,
    readonly namespace: string = DEFAULT_NAMESPACE,
    readonly givenBy: string | null = null,
    credentials: Credentials = {},
  ) {
    this.#credentials = credentials;
  }

  /** For `Connection.connect` and `NativeConnection.connect`. */
  get connectOptions(): {
    address: string;
    tls?: Exclude<ConnectionOptions['tls'], undefined>;
    apiKey?: string;
    metadata?: Record<string, string>;
  } {
    const { tls, apiKey, metadata } = this.#credentials;
    return {
      address: this.address,
      ...(tls === undefined ? {} : { tls }),
      ...(apiKey === undefined ? {} : { apiKey }),
      ...(metadata === undefined ? {} : { metadata }),
    };
  }
}
