import { isAbsolute } from 'node:path';
import { FolderStore } from './folder-store.js';
import { StoreError, type ObjectStore } from './object-store.js';
import { RetriedStore } from './retried-store.js';
import { S3Store } from './s3-store.js';

/** Bucket and prefix of `s3://bucket/prefix`; null if it is no such address. */
export function s3Place(url: string): { readonly bucket: string; readonly key: string } | null {
  const [, bucket, key = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(url) ?? [];
  return bucket === undefined ? null : { bucket, key };
}

/**
 * The store at `s3://bucket/prefix`, or in an absolute folder that all machines mount. Its calls are repeated while it is away.
 * @throws StoreError if the address is none of both
 */
export async function openStore(url: string): Promise<ObjectStore> {
  const place = s3Place(url);
  if (place !== null) {
    const prefix = place.key.replace(/\/*$/, '/').replace(/^\/$/, '');
    return new RetriedStore(await S3Store.open(place.bucket, prefix));
  }
  if (isAbsolute(url)) return new RetriedStore(new FolderStore(url));
  throw new StoreError(
    `VQI_STORE is ${url}: it must be s3://BUCKET/PREFIX, or an absolute folder that all machines mount`,
    undefined,
    'never',
  );
}
