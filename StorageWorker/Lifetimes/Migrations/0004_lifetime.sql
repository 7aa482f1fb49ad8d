-- How long a clip lives, who may see it by a link, and whether its bytes are still what they were.
alter table clips drop constraint clips_state_check;
alter table clips add constraint clips_state_check
    check (state in ('wanted', 'stored', 'lost', 'deleted', 'expired'));
alter table clips add column expires_at timestamptz;
create index clips_expire on clips (expires_at) where state = 'stored' and expires_at is not null;

-- Links to a file that need no key. The token itself is nowhere; revoked links stay, to be listed.
create table shares (
    id           text primary key,
    token_hash   bytea not null unique check (octet_length(token_hash) = 32),
    video_id     text not null references clips on delete cascade,
    variant      text not null check (variant in ('video', 'thumbnail', 'spritesheet')),
    organization text not null,
    project      text not null,
    created_by   text not null,
    created_at   timestamptz not null,
    expires_at   timestamptz not null check (expires_at > created_at),
    revoked_at   timestamptz,
    uses         bigint not null default 0,
    last_used_at timestamptz
);
create index shares_of_a_video on shares (video_id, created_at, id);

alter table shares enable row level security;
alter table shares force row level security;
create policy shares_of_the_project on shares using (project = current_setting('app.project', true));
grant select, insert, update (revoked_at) on shares to {app};
grant select, update, delete on shares to {worker};

-- Every file is read again within a cycle. The first time is spread over the second half of a week, so that files that
-- came together are not read together.
alter table clip_files
    add column verified_at  timestamptz not null default now(),
    add column verify_at    timestamptz not null default now() + interval '7 days' * (0.5 + random() / 2),
    add column verify_lease timestamptz,
    add column rotten_at    timestamptz,
    add column rot          text check (rot in ('gone', 'short', 'long', 'changed')),
    add constraint rot_has_its_time check ((rotten_at is null) = (rot is null));
create index clip_files_to_verify on clip_files (verify_at);
create index clip_files_verified_last on clip_files (verified_at) where rotten_at is null;
create index clip_files_by_object on clip_files (object_key);
create index reference_images_by_object on reference_images (object_key);

-- When the store's objects were last compared with the rows; one row, whose due time replicas race for.
create table object_audits (
    one        boolean primary key default true check (one),
    next_at    timestamptz not null default now(),
    audited_at timestamptz,
    objects    bigint,
    strays     bigint
);
insert into object_audits default values;
grant select, update on object_audits to {worker};
