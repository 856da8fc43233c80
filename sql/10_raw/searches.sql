-- searches: one row per search, with all that it and what follows it work on (paths of artifacts, configuration).
create table main.searches (
  run_id varchar primary key,
  input json not null
)
