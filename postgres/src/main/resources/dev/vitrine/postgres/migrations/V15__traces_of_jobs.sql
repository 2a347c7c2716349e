-- The span of the request that submitted a job (W3C traceparent), so that the job continues its trace; null: not traced.
alter table job add column traceparent text;
