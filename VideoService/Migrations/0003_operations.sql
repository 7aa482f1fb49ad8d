-- Edits and extensions, which start from a video, and characters, which appear in videos.
alter table videos drop constraint videos_kind_check;
alter table videos add constraint videos_kind_check check (kind in ('create', 'remix', 'edit', 'extension'));

-- An uploaded source lies in StorageWorker under the video's id. An extension is paid by the seconds that it adds; how
-- often a video was extended counts along its sources.
alter table videos
    add has_upload             boolean not null default false,
    add new_seconds            integer check (new_seconds > 0 and new_seconds < seconds),
    add extensions             integer not null default 0 check (extensions >= 0),
    add character_upstream_ids text[] not null default '{}',
    add constraint extensions_say_what_they_add check ((kind = 'extension') = (new_seconds is not null));

-- A character lives at one upstream, under one credential; its clip lies in StorageWorker under the character's id.
create table characters (
    id           text primary key,
    organization text not null,
    project      text not null,
    "user"       text not null,
    name         text not null check (char_length(name) between 1 and 80),
    upstream     text not null,
    credential   text not null,
    upstream_id  text not null,
    created_at   timestamptz not null
);

alter table characters enable row level security;
alter table characters force row level security;
create policy own_project on characters to {app} using (project = current_setting('app.project'));
create policy every_project on characters to {worker} using (true);

grant select, insert on characters to {app};
grant select on characters to {worker};
