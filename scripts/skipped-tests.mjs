// A reporter of Node's test runner: one line that says how many tests were skipped, and why. Nothing if none was.
export default async function* skippedTests(source) {
  const counts = new Map();
  for await (const { type, data } of source) {
    if ((type !== 'test:pass' && type !== 'test:fail') || data.skip === undefined || data.skip === false)
      continue;
    const reason = typeof data.skip === 'string' && data.skip !== '' ? data.skip : 'not on this system';
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return;
  const reasons = [...counts].map(([reason, count]) => `${count} because ${reason}`);
  yield `${total} ${total === 1 ? 'test was' : 'tests were'} skipped: ${reasons.join('; ')}\n`;
}
