-- value_statistics: one row per variable and side, in order: exact statistics of its values, from how often each
-- occurs. ske and kur as scipy.stats.skew and kurtosis, 0 and -3 if all values are equal. repeats and data_repeats: of
-- distinct sequence numbers (repeat_counts). series: six times the side plus the variable's place; grouping and
-- sorting by one small number is faster.
-- temporary
-- reads: packet_counts, round_trips, repeat_counts, sides
with variables as (
  select * from (values (0, 'payload'), (1, 'rwnd'), (2, 'flight'), (3, 'rtt'), (4, 'repeats'), (5, 'data_repeats')) as t(place, variable)
),

value_counts as (
  select 6 * side as series, payload::bigint as value, sum(packets)::bigint as numbers
  from packet_counts
  where is_described
  group by side, payload
  union all
  select 6 * side + 1 as series, rwnd as value, sum(packets)::bigint as numbers
  from packet_counts
  where rwnd is not null and is_described
  group by side, rwnd
  union all
  select 6 * side + 2 as series, flight as value, sum(packets)::bigint as numbers
  from packet_counts
  where flight is not null and is_described
  group by side, flight
  union all
  select 6 * side + 3 as series, rtt_us as value, packets as numbers from round_trips
  union all
  select 6 * side + 4 as series, repeats as value, sum(numbers)::bigint as numbers from repeat_counts group by side, repeats
  union all
  select 6 * side + 5 as series, data_repeats as value, sum(numbers)::bigint as numbers
  from repeat_counts
  where data_repeats is not null
  group by side, data_repeats
),

totals as (
  select
    series,
    sum(numbers)::bigint as total,
    sum(numbers * value) / sum(numbers) as mean,
    min(value) as least,
    max(value) as most,
    (sum(sum(numbers)) over (order by series rows unbounded preceding) - sum(numbers))::bigint as before
  from value_counts
  group by series
),

-- One sort of all rows is cheaper than one sort for each series.
ranked as (
  select *, (sum(numbers) over (order by series, value rows unbounded preceding))::bigint as up_to_all
  from value_counts
),

placed as (
  select series, value, numbers, total, value - mean as apart, up_to_all - before as up_to
  from ranked
  join totals using (series)
),

moments as (
  select
    series,
    (min(value) filter (up_to > (total - 1) // 2) + min(value) filter (up_to > total // 2)) / 2 as med,
    sum(numbers * (apart * apart)) / any_value(total) as m2,
    sum(numbers * (apart * apart * apart)) / any_value(total) as m3,
    sum(numbers * (apart * apart * (apart * apart))) / any_value(total) as m4
  from placed
  group by series
),

statistics as (
  select * from totals join moments using (series)
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
  left join statistics on statistics.series = 6 * sides.side + variables.place
)

select * from value_statistics order by variable, window_number, is_upstream
