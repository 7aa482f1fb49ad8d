-- People sign in. Machine-made users have no e-mail; who signs in through an identity provider has no password.
alter table users
    add column email text check (length(email) <= 254),
    add column password_hash text;
create unique index users_email on users (lower(email));

-- Owner and admin hold in every project of the organisation; a member needs a role in each project.
create table organization_members (
    organization_id text not null references organizations,
    user_id         text not null references users,
    role            text not null check (role in ('owner', 'admin', 'member')),
    created_at      timestamptz not null,
    disabled_at     timestamptz,
    primary key (organization_id, user_id)
);
create index organization_members_user on organization_members (user_id);

insert into organization_members (organization_id, user_id, role, created_at)
select project.organization_id, membership.user_id,
       case when bool_or(membership.role = 'owner') then 'owner'
            when bool_or(membership.role = 'admin') then 'admin'
            else 'member' end,
       min(membership.created_at)
from memberships membership
join projects project on project.id = membership.project_id
group by project.organization_id, membership.user_id;

delete from memberships where role in ('owner', 'admin');
alter table memberships drop constraint memberships_role_check;
alter table memberships add constraint memberships_role_check check (role in ('approver', 'member', 'viewer'));
create index memberships_user on memberships (user_id);

-- What somebody may do in a project now. Read it afresh: nobody keeps an answer for more than a second.
create view effective_memberships with (security_invoker = true) as
select project.id as project_id, project.organization_id, member.user_id,
       case when member.role in ('owner', 'admin') then member.role else membership.role end as role
from organization_members member
join projects project on project.organization_id = member.organization_id
left join memberships membership on membership.project_id = project.id and membership.user_id = member.user_id
where member.disabled_at is null and (member.role in ('owner', 'admin') or membership.role is not null);

create table invitations (
    id              text primary key,
    organization_id text not null references organizations,
    project_id      text references projects, -- null: the role holds in the organisation
    role            text not null,
    email           text not null check (length(email) <= 254),
    digest          bytea not null unique check (octet_length(digest) = 32), -- SHA-256; the token is kept nowhere
    invited_by      text not null references users,
    created_at      timestamptz not null,
    expires_at      timestamptz not null,
    revoked_at      timestamptz,
    accepted_at     timestamptz,
    accepted_by     text references users,
    check (role in ('owner', 'admin', 'member') or project_id is not null),
    check (role in ('approver', 'member', 'viewer') or project_id is null),
    check ((accepted_at is null) = (accepted_by is null)),
    check (accepted_at is null or revoked_at is null)
);
create index invitations_organization on invitations (organization_id, created_at, id);
create index invitations_email on invitations (lower(email)) where accepted_at is null and revoked_at is null;

create table sessions (
    id              text primary key,
    user_id         text not null references users,
    digest          bytea not null unique check (octet_length(digest) = 32), -- SHA-256 of the cookie
    previous_digest bytea unique, -- of the cookie before the last rotation, which requests on their way still carry
    previous_until  timestamptz,
    must_rotate     boolean not null default false,
    anti_forgery    text not null,
    created_at      timestamptz not null,
    last_seen_at    timestamptz not null, -- to the minute
    expires_at      timestamptz not null
);
create index sessions_user on sessions (user_id);
create index sessions_expires on sessions (expires_at);

-- Tries to sign in, by the digest of what was tried: an account that exists, one that does not, an address.
create table sign_in_tries (
    bucket     bytea primary key,
    tries      integer not null,
    forgotten_at timestamptz not null
);
create index sign_in_tries_forgotten on sign_in_tries (forgotten_at);

-- Who an identity provider says that somebody is (OpenID Connect Core 1.0, 5.7).
create table user_identities (
    issuer     text not null,
    subject    text not null,
    user_id    text not null references users,
    created_at timestamptz not null,
    primary key (issuer, subject)
);
create index user_identities_user on user_identities (user_id);

-- Whoever works for a caller sees the caller's organisation: its people, their roles, its invitations.
alter table organization_members enable row level security;
alter table organization_members force row level security;
create policy own_organization on organization_members
    using (organization_id = current_setting('app.organization', true));

drop policy own_project on memberships;
create policy own_organization on memberships using (project_id in (select id from projects));

alter table users enable row level security;
alter table users force row level security;
create policy own_organization on users using (id in (select user_id from organization_members));

alter table invitations enable row level security;
alter table invitations force row level security;
create policy own_organization on invitations using (organization_id = current_setting('app.organization', true));

alter table sessions enable row level security;
alter table sessions force row level security;
create policy own_organization on sessions using (user_id in (select user_id from organization_members));

grant select on organizations, projects, effective_memberships to {app};
grant select (id, name, email, created_at) on users to {app};
grant select, update, delete on organization_members to {app};
grant select, insert, update, delete on memberships to {app};
grant select, insert, update on invitations to {app};
grant select (user_id), update (must_rotate) on sessions to {app};

grant select on effective_memberships to {worker};
grant delete on memberships to {worker};
grant select, insert, update, delete on organization_members, invitations, sessions, sign_in_tries, user_identities to {worker};
