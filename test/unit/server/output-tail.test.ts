import assert from 'node:assert/strict';
import { it } from 'node:test';
import { OutputTail } from '../../../server/output-tail.js';

it('keeps the last lines, whatever the pieces', () => {
  const tail = new OutputTail(2);
  assert.equal(tail.lastLine(), '');
  for (const chunk of ['one\ntw', 'o\n\nthr', 'ee\nfo']) tail.push(chunk);
  assert.equal(tail.text(), '  two\n  three\n  fo');
  assert.equal(tail.lastLine(), 'fo');
});
