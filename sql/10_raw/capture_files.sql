-- capture_files: one row per file content that was read; several files may hold the same capture.
create table if not exists main.capture_files (
  file_sha256 varchar not null,
  decoder varchar not null,
  capture_id bigint not null,
  path varchar not null,
  bytes ubigint not null,
  primary key (file_sha256, decoder)
)
