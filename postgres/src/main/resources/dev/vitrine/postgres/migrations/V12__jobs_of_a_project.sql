-- Lists a project's jobs, the newest first.
create index job_of_project on job (project_id, submitted_at desc, job_id desc);
