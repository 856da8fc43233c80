import assert from 'node:assert/strict';
import { it } from 'node:test';
import { OutputTail } from '../../../server/output-tail.js';

it('keeps the first and the last lines, whatever the pieces', () => {
  const tail = new OutputTail(2, 1);
  assert.equal(tail.lastLine(), '');
  tail.push('ze');
  assert.equal(tail.lastLine(), 'ze');
  for (const chunk of ['ro\none\ntw', 'o\n\nthr', 'ee\nfo']) tail.push(chunk);
  assert.equal(tail.text(), '  zero\n  … 1 lines …\n  two\n  three\n  fo');
  assert.equal(tail.lastLine(), 'fo');
});

it('leaves nothing out where there is little', () => {
  const tail = new OutputTail(2, 1);
  tail.push('one\ntwo\nthree\n');
  assert.equal(tail.text(), '  one\n  two\n  three');
  assert.equal(tail.lastLine(), 'three');
});

it('shows why a program gave up, before its stack', () => {
  const tail = new OutputTail();
  tail.push('panic: listen tcp 127.0.0.1:7233: bind: address already in use\n');
  for (let frame = 0; frame < 100; frame++) tail.push(`goroutine frame ${frame}\n`);
  assert.match(tail.text(), /address already in use[^]*frame 99$/);
});
