import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { projectRoot } from '../../common/project-root.js';
import { workflowBundle } from '../../worker/workflow-bundle.js';
import * as workflows from '../../workflows/index.js';

const FOLDER = join(projectRoot(), 'test', 'replay', 'histories');

const ADVICE =
  'The workflow no longer makes the decisions of this history: see CONTRIBUTING.md, Workflow histories.';

interface RecordedEvent {
  workflowExecutionStartedEventAttributes?: { workflowId: string; workflowType: { name: string } };
  activityTaskScheduledEventAttributes?: { activityType: { name: string } };
  startChildWorkflowExecutionInitiatedEventAttributes?: { workflowType: { name: string } };
}

interface RecordedHistory {
  events: RecordedEvent[];
}

interface Recorded {
  /** The file, in a folder if an earlier version recorded it. */
  readonly name: string;
  readonly history: RecordedHistory;
}

const recorded: Recorded[] = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.json'))
  .map((file) => ({
    name: file,
    history: JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as RecordedHistory,
  }));
/** Those of this version. */
const current = recorded.filter(({ name }) => dirname(name) === '.');

function startOf({ events }: RecordedHistory): { workflowId: string; workflowType: { name: string } } {
  const [event] = events;
  assert.ok(event?.workflowExecutionStartedEventAttributes);
  return event.workflowExecutionStartedEventAttributes;
}

/** The error of each replay by name; null if it succeeded. Versions have the same workflow ids, so each replays apart. */
async function replay(histories: readonly Recorded[]): Promise<Map<string, Error | null>> {
  const errors = new Map<string, Error | null>();
  for (const folder of new Set(histories.map(({ name }) => dirname(name))))
    await replayFolder(
      histories.filter(({ name }) => dirname(name) === folder),
      errors,
    );
  return errors;
}

async function replayFolder(
  histories: readonly Recorded[],
  errors: Map<string, Error | null>,
): Promise<void> {
  const results = Worker.runReplayHistories(
    { workflowBundle: await workflowBundle() },
    histories.map(({ history }) => ({ workflowId: startOf(history).workflowId, history })),
  );
  for await (const { workflowId, error } of results) {
    const found = histories.find(({ history }) => startOf(history).workflowId === workflowId);
    errors.set(found?.name ?? workflowId, error ?? null);
  }
}

/** The same history, with another name for its last activity or child. */
function altered({ name, history }: Recorded): Recorded {
  const copy = structuredClone(history);
  for (const event of copy.events.reverse()) {
    const attributes =
      event.activityTaskScheduledEventAttributes?.activityType ??
      event.startChildWorkflowExecutionInitiatedEventAttributes?.workflowType;
    if (attributes === undefined) continue;
    attributes.name = 'somethingElse';
    copy.events.reverse();
    return { name, history: copy };
  }
  throw new Error(`${name} starts no activity and no child`);
}

describe('histories of real runs', () => {
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => undefined),
    telemetryOptions: { logging: { filter: 'off' } },
  });

  it('exist for every workflow', () => {
    assert.ok(existsSync(FOLDER));
    const types = current.map(({ history }) => startOf(history).workflowType.name);
    const exported = Object.keys(workflows).filter((name) => name !== 'default');
    assert.deepEqual([...new Set(types)].sort(), exported.sort());
  });

  it('replay: the current workflows make the same decisions', async () => {
    for (const [name, error] of await replay(recorded))
      assert.equal(error, null, `${name}: ${String(error)}\n${ADVICE}`);
  });

  it('do not replay if they are altered', async () => {
    const errors = await replay(recorded.map(altered));
    assert.equal(errors.size, recorded.length);
    for (const [name, error] of errors)
      assert.equal(error?.name, 'DeterminismViolationError', `${name}: ${String(error)}`);
  });

  it('contain no path of the machine that recorded them', () => {
    for (const { name, history } of recorded) {
      const text = JSON.stringify(history);
      const payloads = [...text.matchAll(/"data":"([^"]*)"/g)].map(([, data]) =>
        Buffer.from(data ?? '', 'base64').toString(),
      );
      for (const part of [text, ...payloads]) assert.ok(!part.includes(projectRoot()), name);
    }
  });
});
