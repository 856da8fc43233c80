import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Buckets } from '../../../store/buckets.js';
import { openStore } from '../../../store/open-store.js';
import { NO_S3_SERVER, S3Server } from '../../s3-server.js';

describe('objects in buckets', { skip: NO_S3_SERVER }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-buckets-'));
  const earlier = { ...process.env };
  const buckets = new Buckets();
  let server: S3Server;

  before(async () => {
    server = await S3Server.start(folder);
    Object.assign(process.env, server.env);
  });
  after(async () => {
    await buckets.close();
    await server.stop();
    process.env = earlier;
    rmSync(folder, { recursive: true, force: true });
  });
  const object = (...names: string[]): string => {
    const path = server.at(...names);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, names.join('/'));
    utimesSync(path, 1_700_000_000, 1_700_000_000.25);
    return path;
  };

  it('are found by their paths, prefixes as folders, with the same size and time however they are asked for', async () => {
    object('captures', 'day1', 'a b%+ü.pcap');
    object('captures', 'day1', 'more', 'c.pcap');
    object('captures', 'day10', 'd.pcap');
    const file = { bytes: Buffer.byteLength('captures/day1/a b%+ü.pcap'), modifiedUs: 1_700_000_000e6 };
    const path = 's3://captures/day1/a b%+ü.pcap';
    assert.deepEqual(await buckets.status(path), { kind: 'file', ...file });
    const below = await buckets.below('s3://captures/day1', () => assert.fail('nothing is left out'));
    assert.deepEqual(
      below.map((found) => found.path),
      [path, 's3://captures/day1/more/c.pcap'],
    );
    assert.deepEqual(below[0], { path, ...file });
    assert.deepEqual((await buckets.names('s3://captures/day1')).sort(), ['a b%+ü.pcap', 'more']);
    assert.deepEqual((await buckets.names('s3://captures')).sort(), ['day1', 'day10']);
    for (const prefix of ['s3://captures', 's3://captures/day1'])
      assert.equal((await buckets.status(prefix))?.kind, 'folder', prefix);
    for (const none of ['s3://captures/day', 's3://captures/day1/none', 's3://captures/day1/more/c.pcap/x'])
      assert.equal(await buckets.status(none), null, none);
    assert.equal(await buckets.exists(path), true);
    assert.equal(await buckets.exists('s3://captures/day1'), false);
    assert.equal(await buckets.text(path), 'captures/day1/a b%+ü.pcap');
    await buckets.fetch(path, join(folder, 'brought', 'a'));
    assert.equal(readFileSync(join(folder, 'brought', 'a'), 'utf8'), 'captures/day1/a b%+ü.pcap');
    await assert.rejects(buckets.fetch('s3://captures/none', join(folder, 'brought', 'b')), {
      name: 'MissingObjectError',
    });
    assert.deepEqual(readdirSync(join(folder, 'brought')), ['a']);
  });

  it('are all found where a list has several pages', async () => {
    for (let index = 0; index < 1201; index++) object('many', 'all', `${index}`);
    object('many', 'other');
    assert.equal((await buckets.below('s3://many/all', () => undefined)).length, 1201);
    assert.equal((await buckets.names('s3://many/all')).length, 1201);
  });

  it('are read in part without a connection that stays open', async () => {
    writeFileSync(object('captures', 'large'), Buffer.alloc(20e6, 1));
    for (let round = 0; round < 60; round++)
      for await (const chunk of await buckets.stream('s3://captures/large')) {
        assert.ok((chunk as Buffer).length > 0);
        break;
      }
    // More than the client opens at a time (50).
    assert.equal((await buckets.status('s3://captures/large'))?.bytes, 20e6);
  });

  it('are never those of another path: the server would follow ..', async () => {
    object('captures', 'secret');
    assert.equal(await buckets.status('s3://captures/day1/../../captures/secret'), null);
    assert.equal(await buckets.text('s3://captures/day1/../secret'), 'captures/secret');
  });

  it('that cannot be had are one error with the bucket, the server, the cause and the next step', async () => {
    const at = server.endpoint;
    const missing = `s3://nowhere at ${at} could not list x/: NoSuchBucket: The specified bucket does not exist; see docs/cluster.md for its settings`;
    await assert.rejects(buckets.status('s3://nowhere/x'), {
      name: 'StoreError',
      retry: 'never',
      message: missing,
    });
    await assert.rejects(buckets.status('s3://'), {
      retry: 'never',
      message: 's3:// names no bucket: write s3://BUCKET/KEY',
    });

    process.env['AWS_SECRET_ACCESS_KEY'] = 'wrong';
    const stranger = new Buckets();
    await assert.rejects(stranger.status('s3://captures/large'), {
      retry: 'never',
      message: `s3://captures at ${at} could not look up large: access is denied; see docs/cluster.md for its settings`,
    });
    assert.equal(await stranger.exists('s3://captures/large'), false);
    await stranger.close();
    process.env['AWS_SECRET_ACCESS_KEY'] = server.env['AWS_SECRET_ACCESS_KEY'];

    process.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:9';
    const lost = new Buckets();
    const away = {
      retry: 'later',
      message: /^s3:\/\/captures at http:\/\/127\.0\.0\.1:9 could not look up large: connect ECONNREFUSED/,
    };
    await assert.rejects(lost.status('s3://captures/large'), away);
    await assert.rejects(lost.exists('s3://captures/large'), away);
    await lost.close();
    process.env['AWS_ENDPOINT_URL'] = at;
  });

  it('are had by a machine whose clock is an hour off', async (t) => {
    const now = Date.now.bind(Date);
    t.mock.method(Date, 'now', () => now() + 3_600_000);
    const late = new Buckets();
    assert.equal((await late.status('s3://captures/large'))?.bytes, 20e6);
    assert.deepEqual(await late.names('s3://captures/day10'), ['d.pcap']);
    await late.close();
    // A store gives one attempt to each call.
    const store = await openStore('s3://captures');
    assert.equal((await store.status('large'))?.bytes, 20e6);
    store.close();
    t.mock.restoreAll();
  });

  it('are those of a store too, also where a server other than AWS is set in the files of the AWS tools', async () => {
    mkdirSync(server.at('store'));
    delete process.env['AWS_ENDPOINT_URL'];
    process.env['AWS_CONFIG_FILE'] = join(folder, 'config');
    writeFileSync(join(folder, 'config'), `[default]\nendpoint_url = ${server.endpoint}\n`);
    const store = await openStore('s3://store/main/');
    await store.put('a/x', Buffer.from('content'));
    assert.ok(existsSync(server.at('store', 'main', 'a', 'x')));
    assert.deepEqual(
      (await store.list('a/')).map(({ name, bytes }) => [name, bytes]),
      [['a/x', 7]],
    );
    await store.remove('a/x');
    assert.equal(await store.status('a/x'), null);
    store.close();
  });
});
