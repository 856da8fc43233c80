import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type * as Sdk from '@aws-sdk/client-s3';
import type * as UploadSdk from '@aws-sdk/lib-storage';
import type { SizeAndTime } from '../common/size-and-time.js';
import { MissingObjectError, StoreError, type ObjectStore, type StoredObject } from './object-store.js';

/** Larger files are sent in parts of this size, two at a time. */
const PART_BYTES = 16 * 2 ** 20;

/** Attempts of a request: one that fails does not end an upload of many parts. Callers repeat whole calls, for longer. */
const ATTEMPTS = 3;
/** Milliseconds to connect, and without a byte, after which a request is given up. */
const CONNECT_MS = 5000;
const SILENT_MS = 30_000;

/** Errors of S3 that another attempt cannot mend. */
const REFUSED = new Set([
  'AccessDenied',
  'AuthorizationHeaderMalformed',
  'CredentialsProviderError',
  'InvalidAccessKeyId',
  'InvalidBucketName',
  'NoSuchBucket',
  'SignatureDoesNotMatch',
]);

/**
 * A bucket of S3, or of a server with its protocol, or what is below a prefix in it. Credentials, region and endpoint
 * (`AWS_ENDPOINT_URL`) come from the environment or the files of the AWS tools. The client is an optional dependency, which is loaded here only.
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
    /** The server, if it is not AWS. */
    private readonly endpoint: string | undefined,
  ) {
    this.url = `s3://${bucket}/${prefix}`.replace(/\/$/, '');
  }

  static async open(bucket: string, prefix: string): Promise<S3Store> {
    let sdk: typeof Sdk;
    let uploads: typeof UploadSdk;
    try {
      [sdk, uploads] = await Promise.all([import('@aws-sdk/client-s3'), import('@aws-sdk/lib-storage')]);
    } catch (cause) {
      throw new StoreError(
        's3:// needs the optional packages @aws-sdk/client-s3 and @aws-sdk/lib-storage: npm install them beside vqi',
        { cause },
        'never',
      );
    }
    const client = new sdk.S3Client({
      maxAttempts: ATTEMPTS,
      requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENT_MS },
    });
    const endpoint = await client.config.serviceConfiguredEndpoint?.();
    // AWS wants the bucket in the host's name, others in the path.
    client.config.forcePathStyle = endpoint !== undefined;
    return new S3Store(sdk, uploads, client, bucket, prefix, endpoint);
  }

  async status(name: string): Promise<StoredObject | null> {
    return await this.#try(`look up ${name}`, async () => {
      const found = await this.client
        .send(new this.sdk.HeadObjectCommand(this.#key(name)))
        .catch(missingAsNull);
      return found === null ? null : { name, ...sizeAndTime(found.ContentLength, found.LastModified) };
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
    return await this.#tryToList(prefix, async () => {
      const found: StoredObject[] = [];
      for await (const { Contents = [] } of this.#pages(prefix))
        for (const { Key, Size, LastModified } of Contents)
          if (Key !== undefined && !Key.endsWith('/'))
            found.push({ name: Key.slice(this.prefix.length), ...sizeAndTime(Size, LastModified) });
      return found;
    });
  }

  /** Whether there is an object whose name begins with `prefix`. @throws StoreError */
  async has(prefix: string): Promise<boolean> {
    return await this.#tryToList(prefix, async () => {
      for await (const { Contents = [] } of this.#pages(prefix, { MaxKeys: 1 })) return Contents.length > 0;
      return false;
    });
  }

  /** What follows `prefix` in the names of objects, up to the next slash. @throws StoreError */
  async names(prefix: string): Promise<string[]> {
    return await this.#tryToList(prefix, async () => {
      const found: string[] = [];
      for await (const { Contents = [], CommonPrefixes = [] } of this.#pages(prefix, { Delimiter: '/' }))
        for (const name of [...Contents.map(({ Key }) => Key), ...CommonPrefixes.map(({ Prefix }) => Prefix)])
          found.push(name?.slice(this.prefix.length + prefix.length).replace(/\/$/, '') ?? '');
      return found.filter((name) => name !== '');
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

  #pages(
    prefix: string,
    limits: { MaxKeys?: number; Delimiter?: string } = {},
  ): AsyncIterable<Sdk.ListObjectsV2CommandOutput> {
    const { sdk, client, bucket: Bucket } = this;
    return sdk.paginateListObjectsV2({ client }, { Bucket, Prefix: `${this.prefix}${prefix}`, ...limits });
  }

  #key(name: string): { Bucket: string; Key: string } {
    return { Bucket: this.bucket, Key: `${this.prefix}${name}` };
  }

  async #tryToList<T>(prefix: string, work: () => Promise<T>): Promise<T> {
    return await this.#try(`list ${prefix === '' ? 'its objects' : prefix}`, work);
  }

  async #try<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      // The client sets its clock by the answer.
      return await work().catch((error: unknown) =>
        this.#isForbidden(error) ? work() : Promise.reject(error as Error),
      );
    } catch (cause) {
      if (cause instanceof MissingObjectError || cause instanceof StoreError) throw cause;
      const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
      const isForbidden = this.#isForbidden(cause);
      const isRefused = isForbidden || REFUSED.has(name) || /Region is missing/.test(message);
      const reason =
        isForbidden && message === 'UnknownError'
          ? 'access is denied'
          : `${name === 'Error' ? '' : `${name}: `}${message.replace(/\.$/, '')}`;
      const at = this.endpoint === undefined ? '' : ` at ${this.endpoint}`;
      throw new StoreError(
        `${this.url}${at} could not ${what}: ${reason}${isRefused ? '; see docs/cluster.md for its settings' : ''}`,
        { cause },
        isRefused ? 'never' : 'later',
      );
    }
  }

  /** A refused HEAD has no name, but its status. */
  #isForbidden(error: unknown): boolean {
    return error instanceof this.sdk.S3ServiceException && error.$metadata.httpStatusCode === 403;
  }
}

function missingAsNull(error: unknown): null {
  if (error instanceof Error && (error.name === 'NotFound' || error.name === 'NoSuchKey')) return null;
  throw error;
}

/** Servers say times of HEAD in seconds, and times of lists in milliseconds; an unchanged object must have one time. */
function sizeAndTime(bytes = 0, modified: Date | undefined): SizeAndTime {
  return { bytes, modifiedUs: Math.floor((modified?.getTime() ?? 0) / 1000) * 1e6 };
}
