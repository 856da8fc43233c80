import type { PreparedSearch } from '../../activities/warehouse/search-records.js';

/** The expected mean time between two changes of resolution, to smooth predictions by; null: they are not smoothed. */
export function dwellSecondsOf({
  config,
  trainingSet,
}: Pick<PreparedSearch, 'config' | 'trainingSet'>): number | null {
  const { dwellSeconds } = config.search;
  return dwellSeconds === 'auto' ? trainingSet.dwellSeconds : dwellSeconds;
}
