import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type * as Sdk from '@aws-sdk/client-s3';
import type * as UploadSdk from '@aws-sdk/lib-storage';
import { MissingObjectError, StoreError, type ObjectStore, type StoredObject } from './object-store.js';

/** Larger files are sent in parts of this size, two at a time. */
const PART_BYTES = 16 * 2 ** 20;

/** Milliseconds to connect, and without a byte, after which a request is given up. */
const CONNECT_MS = 5000;
const SILENT_MS = 30_000;

/** Errors of S3 that another attempt cannot mend. */
const REFUSED = new Set([
  'AccessDenied',
  'AuthorizationHeaderMalformed',
  'InvalidAccessKeyId',
  'InvalidBucketName',
  'NoSuchBucket',
  'SignatureDoesNotMatch',
]);

/**
 * A store in a bucket of S3 or of a server with its protocol. Credentials, region and endpoint (`AWS_ENDPOINT_URL`) come from
 * the environment or the files of the AWS tools. The client is an optional dependency, which is loaded here only.
 */
export class S3Store implements ObjectStore {
  readonly url: string;

  private constructor(
    private readonly sdk: typeof Sdk,
    private readonly uploads: typeof UploadSdk,
    private readonly client: Sdk.S3Client,
    private readonly bucket: string,
    /** Empty, or ends with a slash. */
    private readonly prefix: string,
  ) {
    this.url = `s3://${bucket}/${prefix}`.replace(/\/$/, '');
  }

  /** @param hasEndpoint whether the server is not AWS: then the bucket is part of the path, not of the host's name */
  static async open(bucket: string, prefix: string, hasEndpoint: boolean): Promise<S3Store> {
    let sdk: typeof Sdk;
    let uploads: typeof UploadSdk;
    try {
      [sdk, uploads] = await Promise.all([import('@aws-sdk/client-s3'), import('@aws-sdk/lib-storage')]);
    } catch (cause) {
      throw new StoreError(
        'a store at s3:// needs the optional packages @aws-sdk/client-s3 and @aws-sdk/lib-storage: npm install them beside vqi',
        { cause },
        'never',
      );
    }
    const client = new sdk.S3Client({
      forcePathStyle: hasEndpoint,
      // The caller retries, for longer than the client would.
      maxAttempts: 1,
      requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENT_MS },
    });
    return new S3Store(sdk, uploads, client, bucket, prefix);
  }

  async status(name: string): Promise<StoredObject | null> {
    return await this.#try(`look up ${name}`, async () => {
      const found = await this.client
        .send(new this.sdk.HeadObjectCommand(this.#key(name)))
        .catch(missingAsNull);
      return found === null ? null : { name, bytes: found.ContentLength ?? 0 };
    });
  }

  async put(name: string, content: string | Uint8Array): Promise<void> {
    await this.#try(`write ${name}`, async () => {
      const Body = typeof content === 'string' ? createReadStream(content) : content;
      try {
        await new this.uploads.Upload({
          client: this.client,
          params: { ...this.#key(name), Body },
          partSize: PART_BYTES,
          queueSize: 2,
        }).done();
      } finally {
        if (Body instanceof Readable) Body.destroy();
      }
    });
  }

  async read(name: string): Promise<Readable> {
    return await this.#try(`read ${name}`, async () => {
      const found = await this.client
        .send(new this.sdk.GetObjectCommand(this.#key(name)))
        .catch(missingAsNull);
      if (found === null) throw new MissingObjectError(`${this.url} has no ${name}`);
      if (!(found.Body instanceof Readable)) throw new StoreError(`${this.url} gave no bytes of ${name}`);
      return found.Body;
    });
  }

  async list(prefix: string): Promise<StoredObject[]> {
    return await this.#try(`list ${prefix}`, async () => {
      const found: StoredObject[] = [];
      const pages = this.sdk.paginateListObjectsV2(
        { client: this.client },
        { Bucket: this.bucket, Prefix: `${this.prefix}${prefix}` },
      );
      for await (const { Contents = [] } of pages)
        for (const { Key, Size = 0 } of Contents)
          if (Key !== undefined && !Key.endsWith('/'))
            found.push({ name: Key.slice(this.prefix.length), bytes: Size });
      return found;
    });
  }

  async remove(name: string): Promise<void> {
    await this.#try(`remove ${name}`, () =>
      this.client.send(new this.sdk.DeleteObjectCommand(this.#key(name))),
    );
  }

  close(): void {
    this.client.destroy();
  }

  #key(name: string): { Bucket: string; Key: string } {
    return { Bucket: this.bucket, Key: `${this.prefix}${name}` };
  }

  async #try<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      if (cause instanceof MissingObjectError || cause instanceof StoreError) throw cause;
      const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
      // A refused HEAD has no name but its status.
      const isRefused = REFUSED.has(name) || name === '403' || /Region is missing/.test(message);
      throw new StoreError(
        `the store ${this.url} could not ${what}: ${name}: ${message}${isRefused ? '; see docs/cluster.md for its settings' : ''}`,
        { cause },
        isRefused ? 'never' : 'later',
      );
    }
  }
}

function missingAsNull(error: unknown): null {
  if (error instanceof Error && (error.name === 'NotFound' || error.name === 'NoSuchKey')) return null;
  throw error;
}
