-- The message bus tells the name of an image that is deleted (ADR 52). Null: it had none, or a version before deleted it.
alter table deleted_image add column name text;
