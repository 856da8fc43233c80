-- datasets: one row per dataset that ingestDataset stored: its rows and how they were cleaned and split. The tables are
-- in the schema "run <run_id>". The same content with the same settings is stored once.
create table main.datasets (
  dataset_id varchar primary key,
  run_id varchar not null,
  source_path varchar not null,
  format varchar not null,
  compression varchar,
  content_sha256 varchar not null,
  settings json not null,
  raw_rows integer not null,
  clean_rows integer not null,
  sessions integer not null,
  features integer not null
)
