-- member_event.cause and job.request_id are our own ids. Until now they were what the client had sent, if it had sent
-- any; what it calls its request stands beside them from now on.
alter table member_event add column client_request_id text;
-- Of a job's changes: the request that submitted it. Jobs are forgotten, their changes are not.
alter table member_event add column request_id text;
alter table job add column client_request_id text;
