-- searches: one row per search, with everything that it and its later steps need (paths of artifacts, configuration).
-- filled by: warehouse/runs/searches.ts
create table main.searches (
  run_id varchar primary key,
  input json not null
)
