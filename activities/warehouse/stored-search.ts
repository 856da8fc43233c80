import { runConfigSchema, type RunConfig } from '../../schemas/run-config.js';
import type { SearchConfig } from '../../schemas/search.js';
import type { PreparedSearch } from './search-records.js';

/** A search as this or an earlier version stored it; an earlier configuration may have fewer keys. */
export type KeptSearch = Omit<PreparedSearch, 'config'> & {
  readonly config: Omit<RunConfig, 'search'> & { readonly search: Partial<SearchConfig> };
};

/**
 * Adds the missing keys to a stored search: their defaults or, if the default would change the choice among the other trials,
 * the behaviour of the earlier version.
 */
export function storedSearch({ config, ...kept }: KeptSearch): PreparedSearch {
  const search = { standardErrors: 0, dwellSeconds: null, ...config.search };
  return { ...kept, config: runConfigSchema.parse({ ...config, search }) };
}
