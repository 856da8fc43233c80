/** The leaves of a JSON value by their paths, as JSON: `{a: {b: 1}}` gives `a.b` -> `1`. Lists are leaves. */
export function flatEntries(value: unknown, path = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return new Map([[path, JSON.stringify(value)]]);
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [
      ...flatEntries(inner, path === '' ? key : `${path}.${key}`),
    ]),
  );
}
