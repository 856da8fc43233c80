-- flow_services: one row per TCP or UDP flow: its service by the best evidence (null if there is none), with
-- provenance and evidence (a name or a prefix). Evidence counts in this order:
-- 1. tls, quic, gquic: the name that the flow's own client sent. A name that no rule knows excludes weaker evidence,
--    unless the client also sent an encrypted hello.
-- 2. dns: an answer to the flow's client; dns-other: an answer to another client, if the flow's client has none for
--    the address. An answer counts from its time on: the latest before the flow began, otherwise the first while it ran.
-- 3. prefix: the server's address.
-- reads: address_services, dns_endpoints, flows, name_services, server_names, stg_sources
-- params: find_service
with transport_flows as (
  select * from main.flows where protocol in (6, 17) and capture_id in (select capture_id from stg_sources)
),

-- Numbered by time.
answers as (
  select
    row_number() over (order by answered_us, packet_index, server_address) as answer_number,
    capture_id,
    client_address,
    server_address,
    answered_us,
    service,
    name
  from dns_endpoints
),

-- Flows, and the answers that name their server, in one order of time.
moments as (
  select
    capture_id,
    client_address,
    server_address,
    first_us as at_us,
    flow_id,
    last_us,
    null as answer_number,
    null as answered_us
  from transport_flows
  union all
  select
    capture_id,
    client_address,
    server_address,
    answered_us as at_us,
    null as flow_id,
    null as last_us,
    answer_number,
    answered_us
  from answers
),

reached as (
  select
    capture_id,
    flow_id,
    last_us,
    max(answer_number) over (own rows unbounded preceding) as own_before,
    min(answer_number) over (own rows between unbounded preceding and unbounded following) as own_first,
    min(answered_us) over (own rows between unbounded preceding and unbounded following) as own_first_us,
    max(answer_number) over (every rows unbounded preceding) as any_before,
    min(answer_number) over (every rows between unbounded preceding and unbounded following) as any_first,
    min(answered_us) over (every rows between unbounded preceding and unbounded following) as any_first_us
  from moments
  window
    own as (partition by capture_id, client_address, server_address order by at_us, flow_id nulls first),
    every as (partition by capture_id, server_address order by at_us, flow_id nulls first)
),

-- If no answer came before the flow began, the first of all is the first while it ran.
answered as (
  select
    capture_id,
    flow_id,
    coalesce(own_before, if(own_first_us <= last_us, own_first, null)) as own_answer,
    coalesce(any_before, if(any_first_us <= last_us, any_first, null)) as any_answer
  from reached
  where flow_id is not null
),

weighed as (
  select
    flow.*,
    own.protocol as own_protocol,
    own.name as own_name,
    own.timestamp_us as own_us,
    own_named.service as own_service,
    if(answered.own_answer is null, 'dns-other', 'dns') as dns_provenance,
    answer.service as answer_service,
    answer.name as answer_name,
    answer.answered_us,
    address.service as address_service,
    address.prefix,
    $find_service <> 'dns' as counts_all,
    coalesce(own.name is not null and own_named.service is null and not own.has_encrypted_hello, false) as is_other
  from transport_flows as flow
  left join answered using (capture_id, flow_id)
  left join answers as answer on answer.answer_number = coalesce(answered.own_answer, answered.any_answer)
  left join main.server_names as own using (capture_id, flow_id)
  left join name_services as own_named on own_named.name = own.name
  left join address_services as address on address.server_address = flow.server_address
),

chosen as (
  select
    *,
    case
      when counts_all and own_service is not null then own_protocol
      when counts_all and is_other then null
      when answer_service is not null then dns_provenance
      when counts_all and address_service is not null then 'prefix'
    end as provenance
  from weighed
),

flow_services as (
  select
    capture_id,
    flow_id,
    ip_version,
    protocol,
    client_address,
    server_address,
    client_port,
    server_port,
    packet_count,
    wire_bytes,
    case
      when provenance in ('tls', 'quic', 'gquic') then own_service
      when provenance in ('dns', 'dns-other') then answer_service
      when provenance = 'prefix' then address_service
    end as service,
    provenance,
    case
      when provenance in ('tls', 'quic', 'gquic') then own_name
      when provenance in ('dns', 'dns-other') then answer_name
      when provenance = 'prefix' then prefix
    end as evidence,
    case
      when provenance in ('tls', 'quic', 'gquic') then own_us
      when provenance in ('dns', 'dns-other') then answered_us
    end as evidence_us
  from chosen
)

select * from flow_services order by capture_id, flow_id
