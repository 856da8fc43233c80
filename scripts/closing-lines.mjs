// A reporter of Node's test runner for the end of a long output: each failed test with its file and message, and one line
// that says how many tests were skipped, and why. Nothing if none failed or was skipped.
import { relative } from 'node:path';

/** Failures that only say that another test failed. */
const OF_OTHERS = new Set(['subtestsFailed', 'cancelledByParent']);

export default async function* closingLines(source) {
  const skipped = new Map();
  const failed = [];
  for await (const { type, data } of source) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.skip !== undefined && data.skip !== false) {
      const reason = typeof data.skip === 'string' && data.skip !== '' ? data.skip : 'not on this system';
      skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
    } else if (type === 'test:fail' && !OF_OTHERS.has(data.details.error.failureType)) {
      const { error } = data.details;
      const cause = error.cause instanceof Error ? error.cause.stack : String(error.cause ?? error.message);
      failed.push(`FAILED ${relative('.', data.file ?? '')}: ${data.name}\n${indented(cause)}\n`);
    }
  }
  yield* failed;
  const total = [...skipped.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return;
  const reasons = [...skipped].map(([reason, count]) => `${count} because ${reason}`);
  yield `${total} ${total === 1 ? 'test was' : 'tests were'} skipped: ${reasons.join('; ')}\n`;
}

function indented(text) {
  return text.replace(/^/gm, '  ');
}
