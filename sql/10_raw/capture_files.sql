-- capture_files: one row per capture that was read, from one file or several that are read as one, and decoder setting;
-- several files may contain the same capture.
-- filled by: warehouse/captures/load-capture.ts
create table main.capture_files (
  path varchar not null, -- absolute, on the worker, or s3://bucket/key; of several files the first, with their number and a hash over all paths
  decoder varchar not null, -- version and settings of the decoder
  bytes ubigint not null, -- of all files
  modified_us bigint not null, -- time of the last change of a file, microseconds since 1970
  capture_id bigint not null,
  primary key (path, decoder)
)
