-- value_statistics: one row per side (packet_counts) and variable: exact statistics of its values, from how often each came.
-- ske and kur as scipy.stats.skew and kurtosis, 0 and -3 where all values are equal. repeats and data_repeats: of distinct
-- sequence numbers (repeat_counts).
-- reads: packet_counts, repeat_counts
with value_counts as (
  select side, 'payload' as variable, payload as value, sum(packets)::bigint as numbers
  from packet_counts
  where kind = 'traits'
  group by side, payload
  union all
  select side, 'rwnd', rwnd, packets from packet_counts where kind = 'receive window' and rwnd is not null
  union all
  select side, 'flight', flight, packets from packet_counts where kind = 'in flight' and flight is not null
  union all
  select side, 'rtt', rtt, packets from packet_counts where kind = 'round trip'
  union all
  select side, 'repeats', repeats, sum(numbers)::bigint from repeat_counts group by side, repeats
  union all
  select side, 'data_repeats', data_repeats, sum(numbers)::bigint
  from repeat_counts
  where data_repeats is not null
  group by side, data_repeats
),

ordered as (
  select
    side,
    variable,
    value,
    numbers,
    sum(numbers) over up_to as up_to,
    sum(numbers) over every as total,
    sum(numbers * value) over every / sum(numbers) over every as mean
  from value_counts
  window every as (partition by side, variable), up_to as (partition by side, variable order by value)
),

moments as (
  select
    side,
    variable,
    any_value(mean) as avg,
    min(value) as min,
    max(value) as max,
    (min(value) filter (up_to > (total - 1) // 2) + min(value) filter (up_to > total // 2)) / 2 as med,
    sum(numbers * (value - mean) ** 2) / any_value(total) as m2,
    sum(numbers * (value - mean) ** 3) / any_value(total) as m3,
    sum(numbers * (value - mean) ** 4) / any_value(total) as m4
  from ordered
  group by side, variable
),

value_statistics as (
  select
    side,
    variable,
    avg,
    sqrt(m2) as std,
    min::uinteger as min,
    max::uinteger as max,
    med,
    if(min = max, 0, m3 / m2 ** 1.5) as ske,
    if(min = max, -3, m4 / m2 ** 2 - 3) as kur
  from moments
)

select * from value_statistics order by side, variable
