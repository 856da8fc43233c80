import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { untrainedWarnings } from '../../../../activities/warehouse/untrained-warnings.js';

describe('untrainedWarnings', () => {
  it('says which sessions get no answer, because the model learnt from other services', () => {
    const sessions = [
      { service: 'youtube', sessions: 7 },
      { service: 'netflix', sessions: 2 },
    ];
    assert.deepEqual(untrainedWarnings(['netflix'], sessions), [
      'the model knows netflix; 7 of 9 sessions are youtube: all their windows are unknown. Name a model that learnt from youtube (--model, vqi models lists them), or train one',
    ]);
    assert.match(
      untrainedWarnings(['assumed-443', 'twitch'], sessions)[0]!,
      /^the model knows twitch; 9 of 9 sessions are of other services \(youtube 7, netflix 2\): all their/,
    );
    assert.deepEqual(untrainedWarnings(['netflix', 'youtube'], sessions), []);
  });

  it('says nothing where services are assumed, or the model knows none by name', () => {
    const assumed = [{ service: 'assumed-443', sessions: 3 }];
    assert.deepEqual(untrainedWarnings(['netflix'], assumed), []);
    assert.deepEqual(untrainedWarnings(['assumed-443'], [{ service: 'youtube', sessions: 1 }]), []);
    assert.deepEqual(untrainedWarnings([], [{ service: 'youtube', sessions: 1 }]), []);
  });
});
