import { runConfigSchema, type RunConfig } from '../../schemas/run-config.js';
import type { SearchConfig } from '../../schemas/search.js';
import type { PreparedSearch } from './search-records.js';

/** A search as this version or an earlier one kept it, whose configuration may know less. */
export type KeptSearch = Omit<PreparedSearch, 'config'> & {
  readonly config: Omit<RunConfig, 'search'> & { readonly search: Partial<SearchConfig> };
};

/**
 * A kept search: what its version could not be asked takes its default, and what decides otherwise since then stays out,
 * or the retry of a trial would change the choice among the others.
 */
export function storedSearch({ config, ...kept }: KeptSearch): PreparedSearch {
  const search = { standardErrors: 0, dwellSeconds: null, ...config.search };
  return { ...kept, config: runConfigSchema.parse({ ...config, search }) };
}
