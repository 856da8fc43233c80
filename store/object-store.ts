import type { Readable } from 'node:stream';
import type { SizeAndTime } from '../common/size-and-time.js';
import { VqiError } from '../common/vqi-error.js';

/** What a store knows of an object. */
export interface StoredObject extends SizeAndTime {
  /** Name below the store's prefix, with slashes. */
  readonly name: string;
}

/** A place that several machines share, with objects by name. Names are relative, of letters, digits and `._-/`. */
export interface ObjectStore {
  /** Where it is, for messages; it contains no secret. */
  readonly url: string;
  /** Null if there is no such object. @throws StoreError */
  status(name: string): Promise<StoredObject | null>;
  /**
   * Keeps a file, or bytes, under a name, whole or not at all; replaces what was there.
   * @param content path of the file, or the bytes
   * @throws StoreError
   */
  put(name: string, content: string | Uint8Array): Promise<void>;
  /** The bytes of an object. @throws StoreError, also if there is none */
  read(name: string): Promise<Readable>;
  /** All objects whose names begin with `prefix`, by name. @throws StoreError */
  list(prefix: string): Promise<StoredObject[]>;
  /** Removes an object, if there is one. @throws StoreError */
  remove(name: string): Promise<void>;
  /** Closes its connections. */
  close(): void;
}

/** The store does not answer, or refuses; activities try again unless the request itself was refused. */
export class StoreError extends VqiError {
  override readonly name = 'StoreError';

  constructor(
    message: string,
    options?: ErrorOptions,
    override readonly retry: 'never' | 'later' = 'later',
  ) {
    super(message, options);
  }
}

/** The store has no object of this name. */
export class MissingObjectError extends VqiError {
  override readonly name = 'MissingObjectError';
  override readonly retry = 'later';
}
