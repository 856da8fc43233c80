import { isAbsolute, posix, resolve } from 'node:path';

const SCHEME = 's3://';

/** Whether a path names an object of S3, `s3://bucket/key`, or all objects below a prefix. */
export function isInBucket(path: string): boolean {
  return path.startsWith(SCHEME);
}

/**
 * As `resolve` of node:path, with `s3://bucket/key` as another absolute path. The result has no empty part, `.` or `..` behind the
 * bucket, because some servers follow them.
 */
export function resolvePath(...parts: readonly string[]): string {
  const last = parts.findLastIndex((part) => isInBucket(part) || isAbsolute(part));
  const start = parts[last];
  if (start === undefined || !isInBucket(start)) return resolve(...parts.slice(Math.max(last, 0)));
  const [bucket = '', ...key] = start.slice(SCHEME.length).split('/');
  const path = posix.resolve('/', key.join('/'), ...parts.slice(last + 1));
  return `${SCHEME}${bucket}${path === '/' ? '' : path}`;
}
