-- datasets: one row per dataset that ingestDataset stored, with how many rows it has. Its tables are in the schema
-- "run <run_id>". The same content with the same settings is stored once.
-- filled by: warehouse/datasets/datasets.ts
create table main.datasets (
  dataset_id varchar primary key, -- hash over content, settings and the SQL of the tables
  run_id varchar not null,
  source_path varchar not null,
  format varchar not null,
  compression varchar,
  content_sha256 varchar not null,
  settings json not null, -- what the tables depend on
  raw_rows integer not null,
  clean_rows integer not null,
  sessions integer not null, -- rows of splits
  features integer not null -- inputs that cleaning kept
)
