-- The jobs. One row is one video, from the first accepted request to its deletion.
create table videos (
    id                    text primary key,
    organization          text not null,
    project               text not null,
    "user"                text not null,
    retention_days        integer not null check (retention_days > 0),

    kind                  text not null check (kind in ('create', 'remix')),
    model                 text not null,
    prompt                text not null,
    size                  text not null,
    seconds               integer not null check (seconds > 0),
    has_reference         boolean not null,
    remixed_from_video_id text,
    remix_of_upstream_id  text,

    upstream              text not null,
    upstream_model        text not null,
    credential            text not null,
    upstream_id           text,

    stage                 text not null,
    stage_since           timestamptz not null,
    version               integer not null,
    attempt               integer not null default 0,
    epoch                 integer not null default 0,
    progress              integer not null default 0 check (progress between 0 and 100),
    misses                integer not null default 0,
    error_code            text,
    error_message         text,
    late_result           boolean not null default false,

    held_micro_usd        bigint not null default 0 check (held_micro_usd >= 0),
    price_version         integer,

    created_at            timestamptz not null,
    submitted_at          timestamptz,
    rendered_at           timestamptz,
    completed_at          timestamptz,
    expires_at            timestamptz,
    deleted_at            timestamptz,
    deadline_at           timestamptz not null,
    next_action_at        timestamptz,
    traceparent           text,

    constraint known_stage check (stage in (
        'holding', 'awaiting_approval', 'accepted', 'submitting', 'indeterminate', 'submitted', 'rendering', 'saving',
        'cancelling', 'ready', 'failed', 'rejected', 'cancelled', 'expired')),
    constraint failures_have_a_code check (
        (error_code is not null) = (stage in ('failed', 'rejected', 'cancelled', 'expired')))
);

-- An upstream's video belongs to one job only.
create unique index videos_upstream on videos (upstream, upstream_id) where upstream_id is not null;
create index videos_of_project on videos (project, created_at desc, id desc)
    where deleted_at is null and stage <> 'holding';
create index videos_to_submit on videos (next_action_at) where stage = 'accepted';
create index videos_to_poll on videos (next_action_at)
    where stage in ('submitted', 'rendering', 'cancelling', 'expired') and next_action_at is not null;
create index videos_to_sweep on videos (next_action_at)
    where stage in ('holding', 'submitting', 'indeterminate', 'saving');
create index videos_by_deadline on videos (deadline_at)
    where stage not in ('ready', 'failed', 'rejected', 'cancelled', 'expired');
create index videos_rendered on videos (rendered_at) where rendered_at is not null;

-- Whatever the code does, a video ends once.
create function refuse_second_end() returns trigger language plpgsql as $$
begin
    if old.stage in ('ready', 'failed', 'rejected', 'cancelled', 'expired') and new.stage <> old.stage then
        raise exception 'video % has ended as % and cannot become %', old.id, old.stage, new.stage;
    end if;
    return new;
end $$;
create trigger videos_end_once before update of stage on videos for each row execute function refuse_second_end();

-- What happened to each video, in order: one row for each change that a watcher can see.
create table video_timeline (
    position bigint generated always as identity primary key,
    video_id text not null references videos (id) on delete cascade,
    version  integer not null,
    project  text not null,
    stage    text not null,
    progress integer not null,
    code     text,
    at       timestamptz not null,
    unique (video_id, version)
);

-- Webhooks that came before the upstream's id was known to us.
create table parked_notifications (
    upstream    text not null,
    upstream_id text not null,
    received_at timestamptz not null default now(),
    primary key (upstream, upstream_id)
);

alter table videos enable row level security;
alter table videos force row level security;
create policy own_project on videos to {app} using (project = current_setting('app.project'));
create policy every_project on videos to {worker} using (true);
alter table video_timeline enable row level security;
alter table video_timeline force row level security;
create policy own_project on video_timeline to {app} using (project = current_setting('app.project'));
create policy every_project on video_timeline to {worker} using (true);

grant select, insert, update on videos to {app};
grant select, insert on video_timeline to {app};
grant select, insert, update, delete on videos, parked_notifications to {worker};
grant select, insert on video_timeline to {worker};
