-- spliced_pieces: one row per session of spliced captures and content that a piece of it was cut from; empty if no capture is spliced.
-- filled by: warehouse/captures/spliced-pieces.ts
create or replace table spliced_pieces (
  session_id varchar,
  content_hash varchar -- of the capture that the piece was cut from
)
