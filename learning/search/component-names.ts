/**
 * Groups of sessions that share a value, directly or through others (connected components, by union-find).
 *
 * @param values values of sessions; a session may have several
 * @param together a further value of each session
 * @returns for each session its group, named after the first of its values, or of its further values, in order of text
 */
export function componentNames(
  sessions: readonly string[],
  values: readonly { readonly session: string; readonly value: string }[],
  together: ReadonlyMap<string, string>,
): Map<string, string> {
  const parents = new Map<string, string>();
  const rootOf = (node: string): string => {
    let root = node;
    for (let next = parents.get(root); next !== undefined; next = parents.get(root)) root = next;
    return root;
  };
  const link = (here: string, there: string): void => {
    const [first, second] = [rootOf(here), rootOf(there)].sort();
    if (first !== second) parents.set(second!, first!);
  };
  const known = new Set(sessions);
  // The first letter orders the nodes: values, then further values, then sessions, so that a root is a value.
  for (const { session, value } of values) if (known.has(session)) link(`a${value}`, `c${session}`);
  for (const [session, value] of together) if (known.has(session)) link(`b${value}`, `c${session}`);
  return new Map(sessions.map((session) => [session, rootOf(`c${session}`).slice(1)]));
}
