-- Videos that users uploaded: sources of edits and extensions under the new video's id, and characters' clips under the
-- character's. A row is written only when its object is durable; without a time to expire it is kept.
create table uploads (
    id           text primary key,
    organization text not null,
    project      text not null,
    object_key   text not null,
    content_type text not null,
    width        integer not null check (width > 0),
    height       integer not null check (height > 0),
    milliseconds integer not null check (milliseconds > 0),
    length       bigint not null check (length > 0),
    sha256       text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    expires_at   timestamptz
);
create index uploads_expire on uploads (expires_at) where expires_at is not null;

alter table uploads enable row level security;
alter table uploads force row level security;
create policy uploads_of_the_project on uploads
    using (project = current_setting('app.project', true));

grant select, insert on uploads to {app};
grant select, update, delete on uploads to {worker};
