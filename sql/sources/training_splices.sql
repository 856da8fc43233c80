-- training_splices: one row per piece of a spliced session of the training set: a time range of a session of constant
-- resolution, and where it begins in the spliced session. Pieces are of sessions in one fold, and so is the spliced session.
-- filled by: warehouse/features/spliced-training.ts
create or replace table training_splices (
  splice_id varchar,
  piece integer, -- from 0
  fold integer,
  session_id varchar, -- that the piece is cut from
  resolution_px integer,
  from_us bigint, -- microseconds since 1970
  to_us bigint, -- excluded
  at_us bigint -- since the start of the spliced session
)
