import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, describe, it } from 'node:test';
import { fetchJson, fetchObject, putJson } from '../../../store/fetch-object.js';
import { FolderStore } from '../../../store/folder-store.js';
import { MissingObjectError, StoreError } from '../../../store/object-store.js';
import { openStore, s3Place } from '../../../store/open-store.js';
import { RetriedStore } from '../../../store/retried-store.js';

/** A folder whose connections end: the first answers fail, and the first bytes are half of them. */
class FailingStore extends FolderStore {
  calls = 0;

  constructor(
    root: string,
    private readonly failures: number,
    private readonly retry: 'never' | 'later' = 'later',
  ) {
    super(root);
  }

  override async read(name: string): Promise<Readable> {
    this.calls += 1;
    if (this.calls > this.failures) return await super.read(name);
    if (this.calls % 2 === 1) throw new StoreError('away', undefined, this.retry);
    return Readable.from(
      (function* () {
        yield Buffer.from('{"a"');
        throw new Error('the connection has ended');
      })(),
    );
  }
}

describe('a store in a folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-store-'));
  const root = join(folder, 'root');
  const store = new FolderStore(root);
  after(() => rmSync(folder, { recursive: true, force: true }));
  const file = (content: string): string => {
    const path = join(folder, 'file');
    writeFileSync(path, content);
    return path;
  };

  it('keeps files and bytes by name, replaces, lists and removes them', async () => {
    await store.put('a/one', file('one'));
    await store.put('a/two', Buffer.from('two'));
    await store.put('b', file('three'));
    await store.put('a/one', file('again'));
    assert.equal(await text(await store.read('a/one')), 'again');
    assert.equal((await store.status('a/two'))?.bytes, 3);
    assert.equal(await store.status('a/three'), null);
    assert.equal(await store.status('a'), null);
    assert.deepEqual(
      (await store.list('a/')).map(({ name, bytes }) => [name, bytes]),
      [
        ['a/one', 5],
        ['a/two', 3],
      ],
    );
    assert.deepEqual(await store.list('none/'), []);
    await store.remove('a/one');
    await store.remove('a/one');
    await assert.rejects(store.read('a/one'), MissingObjectError);
    assert.deepEqual(readdirSync(root, { recursive: true }).sort(), ['a', 'a/two', 'b'], 'drafts are gone');
  });

  it('has no names that lead out of it', async () => {
    for (const call of [store.put('../x', Buffer.from('')), store.read('a/../../x'), store.remove('..')])
      await assert.rejects(call, { name: 'StoreError', retry: 'never' });
  });

  it('gives objects whole, and only with the bytes that were asked for', async () => {
    await store.put('object', Buffer.from('content'));
    const path = join(folder, 'brought', 'object');
    const sha256 = createHash('sha256').update('content').digest('hex');
    await fetchObject(store, 'object', path, sha256);
    assert.equal(readFileSync(path, 'utf8'), 'content');
    await assert.rejects(
      fetchObject(store, 'none', join(folder, 'brought', 'none'), null),
      MissingObjectError,
    );
    assert.deepEqual(readdirSync(join(folder, 'brought')), ['object']);
  });

  it('is asked again if it is away, or ends in the middle; not if it refuses', async () => {
    await putJson(store, 'json', { a: 1 });
    assert.equal(await fetchJson(store, 'none'), null);
    const failing = new FailingStore(root, 2);
    assert.deepEqual(await fetchJson(failing, 'json'), { a: 1 });
    assert.equal(failing.calls, 3);

    const refusing = new FailingStore(root, 9, 'never');
    await assert.rejects(new RetriedStore(refusing, [1, 1]).read('json'), /away/);
    assert.equal(refusing.calls, 1);
    const slow = new FailingStore(root, 1);
    assert.equal(await text(await new RetriedStore(slow, [1]).read('json')), '{"a":1}');
    const none = new FailingStore(root, 0);
    await assert.rejects(new RetriedStore(none, [1, 1]).read('none'), MissingObjectError);
    assert.equal(none.calls, 1);
  });

  it('is opened by its address', async () => {
    assert.deepEqual(s3Place('s3://bucket/a/b'), { bucket: 'bucket', key: 'a/b' });
    assert.deepEqual(s3Place('s3://bucket'), { bucket: 'bucket', key: '' });
    assert.equal(s3Place('/folder'), null);
    assert.equal((await openStore(root)).url, root);
    await assert.rejects(openStore('here'), /VQI_STORE is here: it must be s3:\/\/BUCKET\/PREFIX, or an/);
    assert.ok(existsSync(root));
  });
});
