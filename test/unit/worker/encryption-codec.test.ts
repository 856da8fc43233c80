import assert from 'node:assert/strict';
import { randomBytes, webcrypto } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { inspect } from 'node:util';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import proto = require('@temporalio/proto');
import { startCodecServer } from '../../../cli/codec-server.js';
import { readEncryptionKeys } from '../../../cli/encryption-keys.js';
import { EncryptionCodec, EncryptionKeys } from '../../../worker/encryption-codec.js';

const ONE = randomBytes(32);
const TWO = randomBytes(32);
const VALUE = { path: '/srv/captures/a.pcap', windows: 12 };
const plain = (): Payload => defaultPayloadConverter.toPayload(VALUE);
const valueOf = (payload: Payload | undefined): unknown => defaultPayloadConverter.fromPayload(payload!);
const codecOf = (...keys: [string, Uint8Array][]): EncryptionCodec =>
  new EncryptionCodec(new EncryptionKeys(keys));

describe('the encryption of payloads', () => {
  it('is AES-256-GCM as WebCrypto has it, with a new vector each time and the id of the key authenticated', async () => {
    const codec = codecOf(['one', ONE]);
    const [first, second] = await codec.encode([plain(), plain()]);
    const { metadata, data } = first!;
    assert.equal(Buffer.from(metadata!['encoding']!).toString(), 'binary/encrypted');
    assert.equal(Buffer.from(metadata!['encryption-key-id']!).toString(), 'one');
    assert.notDeepEqual(data!.slice(0, 12), second!.data!.slice(0, 12));
    const key = await webcrypto.subtle.importKey('raw', ONE, 'AES-GCM', false, ['decrypt']);
    const opened = await webcrypto.subtle.decrypt(
      { name: 'AES-GCM', iv: data!.slice(0, 12), additionalData: Buffer.from('one') },
      key,
      data!.slice(12),
    );
    assert.deepEqual(valueOf(proto.temporal.api.common.v1.Payload.decode(new Uint8Array(opened))), VALUE);
    assert.deepEqual(valueOf((await codec.decode([first!]))[0]), VALUE);
  });

  it('encrypts with the first key, decrypts with all, and leaves alone what is not encrypted', async () => {
    const [old] = await codecOf(['one', ONE]).encode([plain()]);
    const rotated = codecOf(['two', TWO], ['one', ONE]);
    const [recent] = await rotated.encode([plain()]);
    assert.equal(Buffer.from(recent!.metadata!['encryption-key-id']!).toString(), 'two');
    assert.deepEqual((await rotated.decode([old!, recent!, plain()])).map(valueOf), [VALUE, VALUE, VALUE]);
    assert.deepEqual((await codecOf().encode([plain()])).map(valueOf), [VALUE]);
  });

  it('fails with the id of the key and what to do, and never with a key', async () => {
    const [payload] = await codecOf(['one', ONE]).encode([plain()]);
    const data = Buffer.from(payload!.data!);
    data[20]! ^= 1;
    const renamed = {
      ...payload,
      metadata: { ...payload!.metadata, 'encryption-key-id': Buffer.from('two') },
    };
    const faults: readonly (readonly [EncryptionCodec, Payload, RegExp])[] = [
      [codecOf(), payload!, /^this run is encrypted with the key one: set VQI_ENCRYPTION_KEYS/],
      [
        codecOf(['two', TWO]),
        payload!,
        /with the key one, which the file in VQI_ENCRYPTION_KEYS does not have: add/,
      ],
      [codecOf(['one', TWO]), payload!, /cannot be decrypted with the key one: .* another key of that name/],
      [codecOf(['one', ONE]), { ...payload, data }, /or the payload was changed$/],
      [codecOf(['one', ONE]), { ...payload, data: new Uint8Array(5) }, /or the payload was changed$/],
      // The id is authenticated: the same key under another name does not decrypt.
      [codecOf(['two', ONE]), renamed, /cannot be decrypted with the key two/],
    ];
    for (const [codec, given, message] of faults)
      await assert.rejects(codec.decode([given]), { name: 'EncryptionKeyError', message });
    const keys = new EncryptionKeys([['one', ONE]]);
    for (const shown of [inspect(keys, { showHidden: true }), JSON.stringify(keys), keys.fingerprint])
      for (const form of ['base64', 'hex'] as const) assert.ok(!shown.includes(ONE.toString(form)));
  });
});

describe('the file of keys', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-keys-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const read = (content: string): EncryptionKeys => {
    writeFileSync(join(folder, 'keys'), content);
    return readEncryptionKeys({ VQI_ENCRYPTION_KEYS: join(folder, 'keys') });
  };
  const [one, two] = [ONE.toString('base64'), TWO.toString('base64')];

  it('has an id and a key in each line; its fingerprint shows every change', () => {
    assert.ok(readEncryptionKeys({}).isEmpty && readEncryptionKeys({ VQI_ENCRYPTION_KEYS: '' }).isEmpty);
    const keys = read(`# of this year\n\nk2=${two}\nk1=${one}\n`);
    assert.deepEqual([keys.first?.[0], Buffer.from(keys.get('k1')!)], ['k2', ONE]);
    const others = [`k2=${two}\n`, `k1=${one}\nk2=${two}\n`, `k2=${one}\nk1=${two}\n`].map(read);
    assert.equal(new Set([keys, ...others].map(({ fingerprint }) => fingerprint)).size, 4);
  });

  it('is refused with line, cause and next step, and without the key', () => {
    const wrong: readonly (readonly [string, RegExp])[] = [
      [`k1 ${one}\n`, /keys, line 1: not ID=KEY; a line is ID=KEY/],
      [`k1=${one.slice(0, 20)}\n`, /line 1: the key k1 has 15 bytes in place of 32/],
      [`k1=${one}\nk1=${two}`, /line 2: the id k1 is there twice/],
      ['# none\n', /keys has no key; a line is/],
    ];
    for (const [content, message] of wrong)
      assert.throws(
        () => read(content),
        (error: Error) => message.test(error.message) && !inspect(error).includes(one),
      );
    assert.throws(
      () => readEncryptionKeys({ VQI_ENCRYPTION_KEYS: join(folder, 'gone') }),
      /gone: no such file; correct/,
    );
  });
});

describe('the codec server', () => {
  it('converts for the pages of its origins, and for nobody else', async () => {
    const keys = new EncryptionKeys([['one', ONE]]);
    const origins = ['http://127.0.0.1:8233'];
    const server = await startCodecServer({ keys, port: 0, origins, authorization: 'Bearer x' });
    try {
      const [payload] = await new EncryptionCodec(keys).encode([plain()]);
      const { Payloads } = proto.temporal.api.common.v1;
      const body = JSON.stringify(
        Payloads.toObject(Payloads.create({ payloads: [payload!] }), { bytes: String }),
      );
      const ask = async (
        path: string,
        headers: Record<string, string> = {},
        method = 'POST',
      ): Promise<Response> =>
        await fetch(`${server.address}${path}`, {
          method,
          headers: { 'content-type': 'application/json', authorization: 'Bearer x', ...headers },
          ...(method === 'POST' ? { body } : {}),
        });
      const decoded = await ask('/decode', { origin: origins[0]! });
      assert.deepEqual(
        [decoded.status, decoded.headers.get('access-control-allow-origin')],
        [200, origins[0]],
      );
      const { payloads } = (await decoded.json()) as {
        payloads: { metadata: Record<string, string>; data: string }[];
      };
      assert.deepEqual(JSON.parse(Buffer.from(payloads[0]!.data, 'base64').toString()), VALUE);
      assert.equal(Buffer.from(payloads[0]!.metadata['encoding']!, 'base64').toString(), 'json/plain');

      const preflight = await ask('/decode', { origin: origins[0]!, authorization: '' }, 'OPTIONS');
      assert.equal(preflight.status, 204);
      assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /x-namespace/);
      const stranger = await ask('/decode', { origin: 'https://attacker.example' });
      assert.deepEqual([stranger.status, stranger.headers.get('access-control-allow-origin')], [403, null]);
      const refused = [
        ask('/decode', { authorization: 'Bearer y' }),
        ask('/other'),
        ask('/decode', {}, 'GET'),
        ask('/decode', { 'content-type': 'text/plain' }),
      ];
      assert.deepEqual(
        (await Promise.all(refused)).map(({ status }) => status),
        [401, 404, 404, 415],
      );
    } finally {
      await server.stop();
    }
  });
});
