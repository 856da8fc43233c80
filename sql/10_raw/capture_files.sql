-- capture_files: one row per file that was read, and decoder setting; several files may hold the same capture.
create table main.capture_files (
  path varchar not null,
  decoder varchar not null,
  bytes ubigint not null,
  modified_us bigint not null,
  capture_id bigint not null,
  primary key (path, decoder)
)
