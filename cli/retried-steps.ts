import type { Client } from '@temporalio/client';

const POLL_MS = 3000;
/** Most workflows that are described at a time: the run first, then its children. */
const MOST_WORKFLOWS = 16;

interface Retried {
  readonly step: string;
  readonly attempt: number;
  readonly most: number;
  readonly reason: string;
}

/** Steps of a run that failed and are tried again. They show why a run waits, for example for a disk or the warehouse. */
export class RetriedSteps {
  readonly #reported = new Set<string>();
  #polledMs = -Infinity;

  constructor(private readonly client: Client) {}

  /** One line for each step and reason not reported before; polls the server every few seconds at most. */
  async news(runId: string, nowMs: number): Promise<string[]> {
    if (nowMs - this.#polledMs < POLL_MS) return [];
    this.#polledMs = nowMs;
    const retried = await this.#retried(runId).catch(() => []);
    const lines: string[] = [];
    for (const { step, attempt, most, reason } of retried) {
      const key = `${step}\n${reason}`;
      if (this.#reported.has(key)) continue;
      this.#reported.add(key);
      const of = most > 0 ? ` of ${most}` : '';
      lines.push(`${step} failed and is tried again (attempt ${attempt}${of}): ${reason}`);
    }
    return lines;
  }

  async #retried(runId: string): Promise<Retried[]> {
    const found: Retried[] = [];
    const ids = [runId];
    for (const id of ids) {
      const { raw } = await this.client.workflow.getHandle(id).describe();
      for (const { activityType, attempt, maximumAttempts, lastFailure } of raw.pendingActivities ?? []) {
        if (lastFailure?.message == null) continue;
        found.push({
          step: activityType?.name ?? 'a step',
          attempt: attempt ?? 0,
          most: maximumAttempts ?? 0,
          reason: lastFailure.message,
        });
      }
      for (const { workflowId } of raw.pendingChildren ?? [])
        if (workflowId != null && ids.length < MOST_WORKFLOWS) ids.push(workflowId);
    }
    return found;
  }
}
