import type { FeatureDefinition } from './feature-definition.js';

/** Sides in published names: `user` is upstream, `server` is downstream. */
const SIDES = [
  ['user', 'upstream'],
  ['server', 'downstream'],
] as const;

/** The published statistics of one quantity; skewness and kurtosis as `scipy.stats` defines them. */
const STATISTICS = {
  Avg: 'mean',
  Std: 'population standard deviation',
  Min: 'minimum',
  Max: 'maximum',
  Med: 'median',
  Ske: 'skewness (m3 / m2^1.5; 0 if all values are equal)',
  Kur: 'excess kurtosis (m4 / m2^2 - 3; -3 if all values are equal)',
} as const;
const WITHOUT_UNIT: readonly string[] = ['Ske', 'Kur'];

type Quantity = Omit<FeatureDefinition, 'name' | 'correctTwin'> & {
  /** As in the names: `InterArrivalTime`. */
  readonly quantity: string;
  /** Quantity of the correct twin: `DataRetransmit`. */
  readonly twinQuantity?: string;
};

/** Seven columns per side: `userAvgInterArrivalTime`, … */
export function packetStatistics(
  { quantity, twinQuantity, unit, definition, ...rest }: Quantity,
  sides: readonly (readonly [string, string])[] = SIDES,
): FeatureDefinition[] {
  return sides.flatMap(([side, direction]) =>
    Object.entries(STATISTICS).map(([statistic, meaning]) => ({
      name: `${side}${statistic}${quantity}`,
      unit: WITHOUT_UNIT.includes(statistic) ? '1' : unit,
      definition: `${meaning} of ${definition}, ${direction}`,
      ...rest,
      ...(twinQuantity === undefined ? {} : { correctTwin: `${side}${statistic}${twinQuantity}` }),
    })),
  );
}

/** One column per side: `userPacketCount`, `serverPacketCount`. */
export function bothSides(
  suffix: string,
  { definition, correctTwin, ...rest }: Omit<FeatureDefinition, 'name'>,
): FeatureDefinition[] {
  return SIDES.map(([side, direction]) => ({
    name: `${side}${suffix}`,
    definition: `${definition}, ${direction}`,
    ...rest,
    ...(correctTwin === undefined ? {} : { correctTwin: `${side}${correctTwin}` }),
  }));
}
