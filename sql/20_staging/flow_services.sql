-- flow_services: one row per TCP or UDP flow: its service by the best evidence there is (null where there is none),
-- provenance and evidence (a name or prefix). In this order:
-- 1. tls, quic, gquic: the name that the flow's own client gave. One that no rule knows speaks against weaker evidence,
--    unless an encrypted hello stood beside it.
-- 2. dns: an answer to the flow's client; dns-other: where it has none for the address, one to another client. Answers
--    count from their time on: the latest before the flow began, else the first while it ran.
-- 3. prefix: the server's address.
-- reads: address_services, dns_endpoints, flows, name_services, server_names, stg_sources
-- params: find_service
with transport_flows as (
  select * from main.flows where protocol in (6, 17) and capture_id in (select capture_id from stg_sources)
),

own_answers as (
  select
    capture_id,
    client_address,
    server_address,
    answered_us,
    arg_max(struct_pack(service, name, answered_us), packet_index) as answer
  from dns_endpoints
  group by all
),

any_answers as (
  select
    capture_id,
    server_address,
    answered_us,
    arg_max(struct_pack(service, name, answered_us), packet_index) as answer
  from dns_endpoints
  group by all
),

own_firsts as (
  select capture_id, client_address, server_address, min(answered_us) as answered_us, arg_min(answer, answered_us) as answer
  from own_answers
  group by all
),

any_firsts as (
  select capture_id, server_address, min(answered_us) as answered_us, arg_min(answer, answered_us) as answer
  from any_answers
  group by all
),

-- Where none came before the flow began, the first of all is the first while it ran.
answered as (
  select
    flow.capture_id,
    flow.flow_id,
    coalesce(own_before.answer, if(own_during.answered_us <= flow.last_us, own_during.answer, null)) as own_answer,
    coalesce(any_before.answer, if(any_during.answered_us <= flow.last_us, any_during.answer, null)) as any_answer
  from transport_flows as flow
  asof left join own_answers as own_before
    on flow.capture_id = own_before.capture_id
    and flow.client_address = own_before.client_address
    and flow.server_address = own_before.server_address
    and flow.first_us >= own_before.answered_us
  left join own_firsts as own_during
    on flow.capture_id = own_during.capture_id
    and flow.client_address = own_during.client_address
    and flow.server_address = own_during.server_address
  asof left join any_answers as any_before
    on flow.capture_id = any_before.capture_id
    and flow.server_address = any_before.server_address
    and flow.first_us >= any_before.answered_us
  left join any_firsts as any_during
    on flow.capture_id = any_during.capture_id
    and flow.server_address = any_during.server_address
),

weighed as (
  select
    flow.*,
    own.protocol as own_protocol,
    own.name as own_name,
    own.timestamp_us as own_us,
    own_named.service as own_service,
    if(answered.own_answer is null, 'dns-other', 'dns') as dns_provenance,
    coalesce(answered.own_answer, answered.any_answer) as answer,
    address.service as address_service,
    address.prefix,
    $find_service <> 'dns' as counts_all,
    coalesce(own.name is not null and own_named.service is null and not own.has_encrypted_hello, false) as is_other
  from transport_flows as flow
  left join answered using (capture_id, flow_id)
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
      when answer.service is not null then dns_provenance
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
      when provenance in ('dns', 'dns-other') then answer.service
      when provenance = 'prefix' then address_service
    end as service,
    provenance,
    case
      when provenance in ('tls', 'quic', 'gquic') then own_name
      when provenance in ('dns', 'dns-other') then answer.name
      when provenance = 'prefix' then prefix
    end as evidence,
    case
      when provenance in ('tls', 'quic', 'gquic') then own_us
      when provenance in ('dns', 'dns-other') then answer.answered_us
    end as evidence_us
  from chosen
)

select * from flow_services order by capture_id, flow_id
