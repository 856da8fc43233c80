import { resolve } from 'node:path';
import { isInBucket } from '../common/resolve-path.js';

/** The absolute path of a file or folder of this machine. @throws Error if it is in a bucket */
export function localPath(path: string): string {
  if (isInBucket(path))
    throw new Error(
      `${path} is in a bucket; here, this command reads or writes files of this machine: name a folder or a file, and copy it from or to the bucket`,
    );
  return resolve(path);
}
