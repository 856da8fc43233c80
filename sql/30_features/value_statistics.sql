-- value_statistics: one row per variable and side, in order: exact statistics of its values, from how often each came.
-- ske and kur as scipy.stats.skew and kurtosis, 0 and -3 where all values are equal. repeats and data_repeats: of distinct
-- sequence numbers (repeat_counts).
-- temporary
-- reads: packet_counts, round_trips, repeat_counts, sides
with named_counts as (
  select side, 'payload' as variable, payload as value, sum(packets)::bigint as numbers
  from packet_counts
  group by side, payload
  union all
  select side, 'rwnd' as variable, rwnd as value, sum(packets)::bigint as numbers
  from packet_counts
  where rwnd is not null
  group by side, rwnd
  union all
  select side, 'flight' as variable, flight as value, sum(packets)::bigint as numbers
  from packet_counts
  where flight is not null
  group by side, flight
  union all
  select side, 'rtt' as variable, rtt_us as value, packets as numbers from round_trips
  union all
  select side, 'repeats' as variable, repeats as value, sum(numbers)::bigint as numbers from repeat_counts group by side, repeats
  union all
  select side, 'data_repeats' as variable, data_repeats as value, sum(numbers)::bigint as numbers
  from repeat_counts
  where data_repeats is not null
  group by side, data_repeats
),

-- Small numbers sort faster than names.
value_counts as (
  select * replace (variable::enum('payload', 'rwnd', 'flight', 'rtt', 'repeats', 'data_repeats') as variable)
  from named_counts
),

totals as (
  select
    side,
    variable,
    sum(numbers)::bigint as total,
    sum(numbers * value) / sum(numbers) as mean,
    min(value) as least,
    max(value) as most,
    sum(sum(numbers)) over (order by side, variable rows unbounded preceding) - sum(numbers) as before
  from value_counts
  group by side, variable
),

placed as (
  select
    side,
    variable,
    value,
    numbers,
    total,
    value - mean as apart,
    -- One sort of all rows is cheaper than one for each variable of each side.
    sum(numbers) over (order by side, variable, value rows unbounded preceding) - before as up_to
  from value_counts
  join totals using (side, variable)
),

moments as (
  select
    side,
    variable,
    (min(value) filter (up_to > (total - 1) // 2) + min(value) filter (up_to > total // 2)) / 2 as med,
    sum(numbers * (apart * apart)) / any_value(total) as m2,
    sum(numbers * (apart * apart * apart)) / any_value(total) as m3,
    sum(numbers * (apart * apart * (apart * apart))) / any_value(total) as m4
  from placed
  group by side, variable
),

variables as (
  select unnest(enum_range(null::enum('payload', 'rwnd', 'flight', 'rtt', 'repeats', 'data_repeats'))) as variable
),

value_statistics as (
  select
    variable,
    window_number,
    is_upstream,
    mean as avg,
    sqrt(m2) as std,
    least::uinteger as min,
    most::uinteger as max,
    med,
    if(least = most, 0, m3 / m2 ** 1.5) as ske,
    if(least = most, -3, m4 / m2 ** 2 - 3) as kur
  from sides
  cross join variables
  left join moments using (side, variable)
  left join totals using (side, variable)
)

select * from value_statistics order by variable, window_number, is_upstream
