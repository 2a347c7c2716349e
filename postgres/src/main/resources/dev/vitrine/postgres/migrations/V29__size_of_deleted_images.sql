-- The message bus tells size and age of an image that is deleted: what meters storage reads them there (ADR 52). Null: it had no bytes, or
-- a version before deleted it.
alter table deleted_image add column size bigint, add column created_at timestamptz;
