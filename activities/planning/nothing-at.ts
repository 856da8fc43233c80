import { isInBucket, resolvePath } from '../../common/resolve-path.js';
import { InputFileError } from '../failures.js';

/** The error that there is nothing at an input path. @param what is not there, if the path is one of this machine */
export function nothingAt(path: string, what: string): InputFileError {
  const place = resolvePath(path);
  return new InputFileError(
    `${place}: ${isInBucket(place) ? 'no such object, and none below it: correct the bucket or the prefix' : what}`,
  );
}
