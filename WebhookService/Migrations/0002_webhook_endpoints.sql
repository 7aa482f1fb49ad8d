-- Where a project wants to be told of what happened to its videos.
create table webhook_endpoints (
    id              text primary key,
    organization    text not null,
    project         text not null,
    name            text not null,
    url             text not null,
    event_types     text[] not null check (cardinality(event_types) > 0),
    created_at      timestamptz not null,
    updated_at      timestamptz not null,

    disabled_at     timestamptz,
    disabled_reason text check (disabled_reason in ('by_user', 'gone', 'failing')),

    -- How it has answered lately: attempts that failed since the last success, when the first of them was, and until
    -- when it is left alone. A slow one is served beside the others, never in front of them.
    failures        integer not null default 0 check (failures >= 0),
    failing_since   timestamptz,
    paused_until    timestamptz,
    is_slow         boolean not null default false,

    constraint disabled_for_a_reason check ((disabled_at is null) = (disabled_reason is null)),
    constraint failing_since_a_time check ((failures > 0) = (failing_since is not null))
);
create index webhook_endpoints_of_project on webhook_endpoints (project, created_at desc, id desc);

-- What an endpoint's deliveries are signed with, sealed (docs/adr/0012). The one that does not expire is the current
-- one; the others are on their way out and sign beside it.
create table webhook_secrets (
    id          bigint generated always as identity primary key,
    endpoint_id text not null references webhook_endpoints on delete cascade,
    project     text not null,
    sealed      bytea not null,
    hint        text not null,
    expires_at  timestamptz
);
create unique index webhook_secrets_current on webhook_secrets (endpoint_id) where expires_at is null;
create index webhook_secrets_of_endpoint on webhook_secrets (endpoint_id);

-- What happened, as its receivers are told: the body is fixed here, once for all of them.
create table webhook_events (
    id           text primary key,
    organization text not null,
    project      text not null,
    type         text not null,
    body         text not null,
    created_at   timestamptz not null,
    traceparent  text
);
create index webhook_events_created_at on webhook_events (created_at);

-- One event for one endpoint. The id is the webhook-id that every attempt carries.
create table webhook_deliveries (
    id              text primary key,
    event_id        text not null references webhook_events on delete cascade,
    endpoint_id     text not null references webhook_endpoints on delete cascade,
    project         text not null,
    status          text not null check (status in ('pending', 'delivered', 'failed', 'held')),
    created_at      timestamptz not null,
    delivered_at    timestamptz,

    -- Null when there is nothing to send. A claim moves it to the end of the lease.
    next_attempt_at timestamptz,
    in_flight       boolean not null default false,
    -- Raised by every claim: a sender that was overtaken finds another number and its failure counts for nothing.
    attempt         integer not null default 0,
    -- How far it is in its schedule; a replay begins anew.
    failures        integer not null default 0,

    constraint pending_is_scheduled check ((status = 'pending') = (next_attempt_at is not null)),
    constraint only_pending_is_in_flight check (status = 'pending' or not in_flight),
    constraint delivered_has_its_time check ((status = 'delivered') = (delivered_at is not null))
);
create index webhook_deliveries_scheduled on webhook_deliveries (endpoint_id, next_attempt_at)
    where next_attempt_at is not null;
create index webhook_deliveries_in_flight on webhook_deliveries (endpoint_id) where in_flight;
create index webhook_deliveries_of_endpoint on webhook_deliveries (endpoint_id, created_at desc, id desc);
create index webhook_deliveries_of_event on webhook_deliveries (event_id);

-- Every request that was sent, or would have been, and what came of it.
create table webhook_attempts (
    delivery_id text not null references webhook_deliveries on delete cascade,
    number      integer not null,
    project     text not null,
    sent_at     timestamptz not null,
    duration_ms integer not null,
    status_code integer,
    error       text,
    answer      text, -- its first bytes
    primary key (delivery_id, number)
);

alter table webhook_endpoints enable row level security;
alter table webhook_endpoints force row level security;
create policy own_project on webhook_endpoints to {app} using (project = current_setting('app.project'));
create policy every_project on webhook_endpoints to {worker} using (true);
alter table webhook_secrets enable row level security;
alter table webhook_secrets force row level security;
create policy own_project on webhook_secrets to {app} using (project = current_setting('app.project'));
create policy every_project on webhook_secrets to {worker} using (true);
alter table webhook_events enable row level security;
alter table webhook_events force row level security;
create policy own_project on webhook_events to {app} using (project = current_setting('app.project'));
create policy every_project on webhook_events to {worker} using (true);
alter table webhook_deliveries enable row level security;
alter table webhook_deliveries force row level security;
create policy own_project on webhook_deliveries to {app} using (project = current_setting('app.project'));
create policy every_project on webhook_deliveries to {worker} using (true);
alter table webhook_attempts enable row level security;
alter table webhook_attempts force row level security;
create policy own_project on webhook_attempts to {app} using (project = current_setting('app.project'));
create policy every_project on webhook_attempts to {worker} using (true);

grant select, insert, update, delete on webhook_endpoints, webhook_secrets to {app};
grant select, update on webhook_deliveries to {app};
grant select on webhook_events, webhook_attempts to {app};
grant select, insert, update, delete
    on webhook_endpoints, webhook_secrets, webhook_events, webhook_deliveries, webhook_attempts to {worker};
