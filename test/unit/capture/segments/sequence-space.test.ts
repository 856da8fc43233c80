import assert from 'node:assert/strict';
import test from 'node:test';
import { SequenceSpace } from '../../../../capture/segments/sequence-space.js';

const TOP = 2 ** 32;

test('in order, every byte is new once', () => {
  const space = new SequenceSpace();
  assert.equal(space.add(0, 1000, 100), 100);
  assert.equal(space.add(0, 1100, 50), 50);
  assert.equal(space.add(0, 1000, 100), 0);
  assert.equal(space.add(0, 1149, 11), 10);
});

test('a gap is filled once, in parts', () => {
  const space = new SequenceSpace();
  space.add(0, 0, 100);
  assert.equal(space.add(0, 400, 100), 100);
  assert.equal(space.add(0, 200, 50), 50);
  assert.equal(space.add(0, 150, 150), 100);
  assert.equal(space.add(0, 0, 500), 150);
  assert.equal(space.add(0, 0, 500), 0);
});

test('sequence numbers wrap around', () => {
  const space = new SequenceSpace();
  assert.equal(space.add(0, TOP - 100, 60), 60);
  assert.equal(space.add(0, 20, 30), 30);
  assert.equal(space.add(0, TOP - 40, 60), 60);
  assert.equal(space.add(0, TOP - 100, 150), 0);
});

test('a stream longer than 4 GiB is counted correctly', () => {
  const space = new SequenceSpace();
  const step = 2 ** 30;
  for (let i = 0; i < 10; i++) assert.equal(space.add(0, (i * step) % TOP, step), step);
  assert.equal(space.add(0, (9 * step) % TOP, step), 0);
});

test('data below the first packet seen is new', () => {
  const space = new SequenceSpace();
  space.add(0, 1000, 100);
  assert.equal(space.add(0, 900, 50), 50);
  assert.equal(space.add(0, 850, 200), 100);
  assert.equal(space.add(0, 850, 250), 0);
});

test('a payload of more than 2 GiB, from a wrong length field, is counted unchanged', () => {
  const space = new SequenceSpace();
  space.add(0, 1000, 10);
  assert.equal(space.add(0, 995, 3e9), 3e9 - 10);
});

test('slots are independent, and their number grows', () => {
  const space = new SequenceSpace();
  space.add(5, 1000, 10);
  space.reserve(40_000);
  space.add(39_999, 0, 10);
  assert.equal(space.add(39_998, 0, 10), 10);
  assert.equal(space.add(5, 1005, 10), 5);
});

test('beyond 64 gaps the oldest counts as filled', () => {
  const space = new SequenceSpace();
  for (let i = 0; i <= 65; i++) space.add(0, i * 20, 10);
  assert.equal(space.add(0, 10, 10), 0);
  assert.equal(space.add(0, 30, 10), 10);
});

test('a packet without data shows the next sequence number, and a gap before it', () => {
  const space = new SequenceSpace();
  space.expect(0, 500);
  assert.ok(space.isKeepAlive(0, 499, 1));
  assert.ok(!space.isKeepAlive(0, 500, 1));
  assert.ok(!space.isKeepAlive(0, 499, 2));
  assert.equal(space.add(0, 500, 10), 10);
  space.expect(0, 530);
  assert.equal(space.add(0, 510, 20), 20);
});

test('a repeated SYN changes nothing; another SYN starts a new stream', () => {
  const space = new SequenceSpace();
  space.begin(0, TOP - 1);
  assert.equal(space.add(0, 0, 100), 100);
  space.begin(0, TOP - 1);
  assert.equal(space.add(0, 0, 100), 0);
  space.begin(0, 70_000);
  assert.equal(space.add(0, 70_001, 100), 100);
});
