-- A clip that was asked for, and what has become of the wish.
create table clips (
    video_id        text primary key,
    organization    text not null,
    project         text not null,
    state           text not null check (state in ('wanted', 'stored', 'lost', 'deleted')),

    -- Where its bytes come from; unknown when its deletion was heard of first.
    epoch           integer not null default 0,
    upstream        text,
    credential      text,
    upstream_id     text,
    seconds         integer,
    traceparent     text,

    -- Null when there is nothing to do. A claim moves it into the future: the lease.
    next_attempt_at timestamptz default now(),
    -- Raised by every claim: a worker that was overtaken finds another number and writes nothing.
    attempt         integer not null default 0,
    variant_tries   integer not null default 0,
    misses          integer not null default 0,
    first_missed_at timestamptz,
    breaks          integer not null default 0,

    requested_at    timestamptz not null default now(),
    stored_at       timestamptz,
    hidden_at       timestamptz,
    deleted_at      timestamptz,

    constraint a_wanted_clip_has_a_source check (
        state = 'deleted' or (upstream is not null and credential is not null and upstream_id is not null)),
    constraint a_stored_clip_has_its_time check (state <> 'stored' or stored_at is not null)
);
create index clips_due on clips (next_attempt_at) where next_attempt_at is not null;

-- The files of stored clips. A row is written only when its object is durable.
create table clip_files (
    video_id     text not null references clips on delete cascade,
    variant      text not null check (variant in ('video', 'thumbnail', 'spritesheet')),
    project      text not null,
    object_key   text not null,
    content_type text not null,
    length       bigint not null check (length > 0),
    sha256       text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    stored_at    timestamptz not null default now(),
    primary key (video_id, variant)
);

alter table clips enable row level security;
alter table clips force row level security;
create policy clips_of_the_project on clips using (project = current_setting('app.project', true));
alter table clip_files enable row level security;
alter table clip_files force row level security;
create policy clip_files_of_the_project on clip_files using (project = current_setting('app.project', true));

grant select, update (hidden_at) on clips to {app};
grant select on clip_files to {app};
grant select, insert, update, delete on clips, clip_files to {worker};
