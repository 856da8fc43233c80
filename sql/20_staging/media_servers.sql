-- media_servers: one row per run of bulk segments (bulk_segments) and server: whether the server sends the client media,
-- and the reason. Media is bulk that recurs while a session lasts. Servers of one domain go together, and one without a
-- name alone. The main server is the heaviest of the heaviest domain. The weight is the sum, over slots of ten seconds,
-- of the square root of the bulk bytes: one large download counts less than many segments, and many small images less
-- than segments of video. slots: those in which the server is asked for bulk.
-- reads: bulk_segments
with slots as (
  select
    capture_id,
    client_address,
    service,
    bulk_run,
    server_address,
    max(server_domain) as server_domain,
    request_us // 10000000 as slot,
    count(*) as bulk_count,
    sum(downstream_bytes) as bulk_bytes,
    max(downstream_bytes) as largest_bytes
  from bulk_segments
  group by capture_id, client_address, service, bulk_run, server_address, slot
),

servers as (
  select
    capture_id,
    client_address,
    service,
    bulk_run,
    server_address,
    max(server_domain) as server_domain,
    count(*)::integer as slots,
    sum(bulk_count)::integer as bulk_count,
    sum(bulk_bytes)::bigint as bulk_bytes,
    max(largest_bytes) as largest_bytes,
    sum(sqrt(bulk_bytes) order by slot) as weight
  from slots
  group by capture_id, client_address, service, bulk_run, server_address
),

weighed as (
  select
    *,
    sum(weight) over (
      partition by capture_id, client_address, service, bulk_run, coalesce(server_domain, server_address)
      order by server_address
      rows between unbounded preceding and unbounded following
    ) as domain_weight
  from servers
),

ranked as (
  select
    *,
    row_number() over (
      partition by capture_id, client_address, service, bulk_run
      order by domain_weight desc, weight desc, server_address
    ) as place
  from weighed
),

compared as (
  select
    server.*,
    main.slots as main_slots,
    main.bulk_bytes as main_bytes,
    main.largest_bytes as main_largest_bytes,
    main.server_domain as main_domain
  from ranked as server
  join ranked as main using (capture_id, client_address, service, bulk_run)
  where main.place = 1
),

media_servers as (
  select
    capture_id,
    client_address,
    service,
    bulk_run,
    server_address,
    slots,
    bulk_count,
    bulk_bytes,
    largest_bytes,
    case
      when place = 1 then 'main server'
      when server_domain = main_domain then 'same domain as the main server'
      when slots < 3 or slots < 0.1 * main_slots then 'bulk does not recur'
      when largest_bytes > 4 * main_largest_bytes then 'a segment larger than any of media'
      when server_domain <> main_domain and bulk_bytes < 0.1 * main_bytes
        then 'another domain, with less than 10 % of the bulk of the main server'
      when bulk_bytes < 0.01 * main_bytes then 'less than 1 % of the bulk of the main server'
      else 'bulk recurs'
    end as reason,
    reason in ('main server', 'same domain as the main server', 'bulk recurs') as is_media
  from compared
)

select * from media_servers order by capture_id, client_address, service, bulk_run, server_address
