create table organizations (
    id         text primary key,
    name       text not null,
    created_at timestamptz not null
);

create table projects (
    id              text primary key,
    organization_id text not null references organizations,
    name            text not null,
    retention_days  integer not null check (retention_days between 1 and 3650),
    created_at      timestamptz not null
);
create index projects_organization on projects (organization_id);

create table users (
    id         text primary key,
    name       text not null,
    created_at timestamptz not null
);

create table memberships (
    project_id text not null references projects,
    user_id    text not null references users,
    role       text not null check (role in ('owner', 'admin', 'approver', 'member', 'viewer')),
    created_at timestamptz not null,
    primary key (project_id, user_id)
);

-- A key acts for a user in a project, and only as long as the user is a member there.
create table api_keys (
    id           text primary key,
    name         text not null,
    prefix       text not null unique,
    digest       bytea not null check (octet_length(digest) = 32), -- SHA-256; the key itself is kept nowhere
    project_id   text not null references projects,
    user_id      text not null references users,
    scopes       text[] not null,
    models       text[],       -- null: every model
    created_at   timestamptz not null,
    expires_at   timestamptz,  -- null: never
    revoked_at   timestamptz,
    last_used_at timestamptz   -- to the minute
);
create index api_keys_project on api_keys (project_id);

alter table organizations enable row level security;
alter table organizations force row level security;
create policy own_organization on organizations using (id = current_setting('app.organization', true));

alter table projects enable row level security;
alter table projects force row level security;
create policy own_organization on projects using (organization_id = current_setting('app.organization', true));

alter table memberships enable row level security;
alter table memberships force row level security;
create policy own_project on memberships using (project_id = current_setting('app.project', true));

alter table api_keys enable row level security;
alter table api_keys force row level security;
create policy own_project on api_keys using (project_id = current_setting('app.project', true));

-- Finding out who calls comes before there is a caller, so the gateway works as {worker}; {app} needs nothing yet.
grant select, insert, update on organizations, projects, users, memberships, api_keys to {worker};
