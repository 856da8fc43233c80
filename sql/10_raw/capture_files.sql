-- capture_files: one row per capture file that was read and decoder setting; several files may contain the same
-- capture.
-- filled by: warehouse/captures/load-capture.ts
create table main.capture_files (
  path varchar not null, -- absolute, on the worker
  decoder varchar not null, -- version and settings of the decoder
  bytes ubigint not null,
  modified_us bigint not null, -- time of the last change, microseconds since 1970
  capture_id bigint not null,
  primary key (path, decoder)
)
