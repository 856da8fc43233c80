import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto = require('@temporalio/proto');
import { VqiError } from '../common/vqi-error.js';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Names of the metadata in Temporal's own examples of encryption. */
const ENCODING = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';

/** A payload that cannot be decrypted here. */
export class EncryptionKeyError extends VqiError {
  override readonly name = 'EncryptionKeyError';
  override readonly retry = 'later';
}

/** Keys with their ids; the first one encrypts. They are private, so that nothing that prints or serialises it shows them. */
export class EncryptionKeys {
  readonly #keys: ReadonlyMap<string, Uint8Array>;

  /** @param keys of 32 bytes; none: nothing is encrypted */
  constructor(keys: Iterable<readonly [id: string, key: Uint8Array]> = []) {
    this.#keys = new Map(keys);
  }

  get isEmpty(): boolean {
    return this.#keys.size === 0;
  }

  /** The key that encrypts; undefined: nothing is encrypted. */
  get first(): readonly [id: string, key: Uint8Array] | undefined {
    return [...this.#keys][0];
  }

  get(id: string): Uint8Array | undefined {
    return this.#keys.get(id);
  }

  /** Differs if any key, id or their order does; empty without keys. */
  get fingerprint(): string {
    return [...this.#keys]
      .map(
        ([id, key]) =>
          `${id}:${createHmac('sha256', key).update('vqi encryption key').digest('hex').slice(0, 8)}`,
      )
      .join(' ');
  }
}

/**
 * Encrypts payloads by AES-256-GCM: 12 random bytes, the encrypted payload, the tag. The id of the key is in the metadata and
 * authenticated. Payloads that are not encrypted are decoded as they are: those of the Temporal CLI, and of earlier runs.
 */
export class EncryptionCodec implements PayloadCodec {
  constructor(private readonly keys: EncryptionKeys) {}

  encode(payloads: Payload[]): Promise<Payload[]> {
    const { first } = this.keys;
    return Promise.resolve(first === undefined ? payloads : payloads.map((each) => encrypt(each, ...first)));
  }

  decode(payloads: Payload[]): Promise<Payload[]> {
    return new Promise((resolve) => {
      resolve(payloads.map((each) => (isEncrypted(each) ? this.decrypt(each) : each)));
    });
  }

  private decrypt({ metadata, data }: Payload): Payload {
    const id = textOf(metadata?.[KEY_ID]);
    const key = this.keys.get(id);
    if (key === undefined)
      throw new EncryptionKeyError(
        this.keys.isEmpty
          ? `this run is encrypted with the key ${id}: set VQI_ENCRYPTION_KEYS to a file that has it`
          : `this run is encrypted with the key ${id}, which the file in VQI_ENCRYPTION_KEYS does not have: add its line`,
      );
    const body = Buffer.from(data ?? []);
    try {
      const cipher = createDecipheriv(CIPHER, key, body.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(id)).setAuthTag(body.subarray(-TAG_BYTES));
      const plain = Buffer.concat([cipher.update(body.subarray(IV_BYTES, -TAG_BYTES)), cipher.final()]);
      return proto.temporal.api.common.v1.Payload.decode(plain);
    } catch (error) {
      throw new EncryptionKeyError(
        `this run cannot be decrypted with the key ${id}: the file in VQI_ENCRYPTION_KEYS has another key of that name, or the payload was changed`,
        { cause: error },
      );
    }
  }
}

function encrypt(payload: Payload, id: string, key: Uint8Array): Payload {
  if (isEncrypted(payload)) return payload;
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(id));
  const plain = proto.temporal.api.common.v1.Payload.encode(payload).finish();
  return {
    metadata: { encoding: Buffer.from(ENCODING), [KEY_ID]: Buffer.from(id) },
    data: Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]),
  };
}

function isEncrypted({ metadata }: Payload): boolean {
  return textOf(metadata?.['encoding']) === ENCODING;
}

function textOf(bytes: Uint8Array | null | undefined): string {
  return Buffer.from(bytes ?? []).toString('utf8');
}
