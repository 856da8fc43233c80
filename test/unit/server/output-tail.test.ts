import assert from 'node:assert/strict';
import { it } from 'node:test';
import { OutputTail } from '../../../server/output-tail.js';

it('keeps the first and the last lines, however the output is split', () => {
  const tail = new OutputTail(2, 1);
  assert.equal(tail.lastLine(), '');
  tail.push('ze');
  assert.equal(tail.lastLine(), 'ze');
  for (const chunk of ['ro\none\ntw', 'o\n\nthr', 'ee\nfo']) tail.push(chunk);
  assert.equal(tail.text(), '  zero\n  … 1 lines …\n  two\n  three\n  fo');
  assert.equal(tail.lastLine(), 'fo');
});

it('keeps all lines of a short output', () => {
  const tail = new OutputTail(2, 1);
  tail.push('one\ntwo\nthree\n');
  assert.equal(tail.text(), '  one\n  two\n  three');
  assert.equal(tail.lastLine(), 'three');
});

it('keeps the reason of a crash that a program prints before its stack', () => {
  const tail = new OutputTail();
  tail.push('panic: listen tcp 127.0.0.1:7233: bind: address already in use\n');
  for (let frame = 0; frame < 100; frame++) tail.push(`goroutine frame ${frame}\n`);
  assert.match(tail.text(), /address already in use[^]*frame 99$/);
});
