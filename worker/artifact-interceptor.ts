import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { heartbeatWhile } from '../activities/heartbeat-while.js';
import type { StoredFiles } from '../activities/stored-files.js';
import type { ArtifactRef } from '../schemas/artifact.js';
import { aroundActivity } from './around-activity.js';

/** Activities that write references down, and read none of the files. */
const ONLY_NAMED = new Set(['openSearch', 'recordTrials']);

type Reference = Pick<ArtifactRef, 'name' | 'sha256'>;

/**
 * Gives activities the paths of artifacts on this machine, and brings the files that are elsewhere. What they made goes to the
 * store before their result is reported; the result, and so the history, has names alone.
 */
export function artifactInterceptor(files: StoredFiles): ActivityInterceptorsFactory {
  return aroundActivity(async ({ info }, input, next) => {
    const { value: args, found } = localised(input.args, files);
    if (files.store !== null && found.length > 0 && !ONLY_NAMED.has(info.activityType))
      await heartbeatWhile(async () => {
        for (const reference of found) await files.bring(reference);
      });
    const made = named(await next({ ...input, args: args as unknown[] }), files);
    if (files.store !== null && made.found.length + made.own.length > 0)
      await heartbeatWhile(async () => {
        for (const { name } of made.found) await files.keep(name);
        for (const path of made.own) await files.keepScores(path);
      });
    return made.value;
  });
}

/** A copy of an activity's input with the paths of this machine, and the artifacts in it. */
export function localised(input: unknown, files: StoredFiles): { value: unknown; found: Reference[] } {
  const found: Reference[] = [];
  const value = mapped(
    input,
    (path) => files.ownPath(path),
    (object) => {
      const { sha256, path } = object;
      if (typeof sha256 !== 'string') return null;
      // References of earlier versions have a path alone, perhaps of another machine.
      const name = typeof path === 'string' ? files.nameIn(path) : object['name'];
      if (typeof name !== 'string') return null;
      found.push({ name, sha256 });
      return { ...object, name, path: files.artifactPath(name) };
    },
  );
  return { value, found };
}

/** A copy of an activity's result with the names of artifacts and scores instead of their paths, and these artifacts. */
export function named(
  result: unknown,
  files: StoredFiles,
): { value: unknown; found: Reference[]; own: string[] } {
  const found: Reference[] = [];
  /** Paths of scored folds. */
  const own: string[] = [];
  const value = mapped(
    result,
    (path) => {
      const name = files.ownName(path);
      if (name?.startsWith('trials/') === true) own.push(path);
      return name;
    },
    (object) => {
      const { path, sha256, ...rest } = object;
      const name = typeof path === 'string' ? files.artifactName(path) : null;
      if (name === null || typeof sha256 !== 'string') return null;
      found.push({ name, sha256 });
      return { ...rest, name, sha256 };
    },
  );
  return { value, found, own };
}

/** Keys of other files that the program makes in its home folder. */
const OWN_KEYS = new Set(['folder', 'foldsPath']);

/**
 * Copies a value of JSON.
 * @param ofOwn another text for a file of this program; null: it stays
 * @param ofObject another object for an object; null: its values are copied
 */
function mapped(
  value: unknown,
  ofOwn: (text: string) => string | null,
  ofObject: (object: Record<string, unknown>) => Record<string, unknown> | null,
): unknown {
  if (Array.isArray(value)) return value.map((item) => mapped(item, ofOwn, ofObject));
  if (typeof value !== 'object' || value === null) return value;
  const object = value as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(ofObject(object) ?? object).map(([key, item]) => [
      key,
      typeof item === 'string' && OWN_KEYS.has(key) ? (ofOwn(item) ?? item) : mapped(item, ofOwn, ofObject),
    ]),
  );
}
