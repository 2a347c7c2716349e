-- From when on a user logs in only after it has changed its password (Keystone: password_expires_at); null: never.
alter table user_account add column password_expires_at timestamptz;
