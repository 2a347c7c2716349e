-- Shards know only their own rows: what is unique among image-owned tables is unique with the image. Positions are
-- counted where they are written, in one statement.
drop index job_image_of_job;
create index job_image_of_job on job_image (job_id, position);
