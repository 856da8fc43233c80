import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { missingOutput } from '../../../bench/documented/missing-output.js';

const SHOWN = `Running execution:
  WorkflowId  my-run
  RunId       01a20b90-f8b4-78cf-8c51-7bbef0867588
  Result  {"done":6,"best":null,…"total":25}
  Failed  my-run/trial-05  runTrial  37 seconds ago`;

describe('what a page shows, and what was printed', () => {
  it('may differ in numbers, ids, times and what … leaves out', () => {
    const printed = `said before
Running execution:
  WorkflowId     my-run
  RunId          ffffffff-0000-78cf-8c51-7bbef0867588
  Namespace      default
  Result  {"done":25,"best":0.25,"worst":1,"total":25}
  Failed  my-run/trial-05  runTrial  2 minutes ago
`;
    assert.equal(missingOutput(SHOWN, printed, 'any'), null);
    assert.equal(missingOutput(SHOWN, printed, 'same'), 'RunId 01a20b90-f8b4-78cf-8c51-7bbef0867588');
  });

  it('names the first piece that is not there, or not in its place', () => {
    const printed = SHOWN.replace('WorkflowId', 'Workflow');
    assert.equal(missingOutput(SHOWN, printed, 'any'), 'WorkflowId my-run');
    const turned = SHOWN.split('\n').reverse().join('\n');
    assert.equal(missingOutput(SHOWN, turned, 'any'), 'WorkflowId my-run');
    assert.equal(missingOutput('Failed', 'Completed', 'any'), 'Failed');
  });

  it('is compared to the letter where the data are the same', () => {
    assert.equal(missingOutput('accuracy  0.737', '│ accuracy │ 0.737 ( │', 'same'), null);
    assert.equal(missingOutput('accuracy  0.737', 'accuracy  0.738', 'same'), 'accuracy 0.737');
    assert.equal(missingOutput('accuracy  0.737', 'accuracy  0.738', 'any'), null);
  });
});
