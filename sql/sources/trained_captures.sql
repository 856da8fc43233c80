-- trained_captures: one row per capture of the run that the model was trained on, whole or as a piece of a spliced one.
-- filled by: warehouse/features/trained-captures.ts
create or replace table trained_captures (
  capture_id bigint
)
