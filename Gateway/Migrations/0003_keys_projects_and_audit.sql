-- An archived project takes part in nothing: its keys open nothing, nobody can choose it.
alter table projects add column archived_at timestamptz;

create or replace view effective_memberships with (security_invoker = true) as
select project.id as project_id, project.organization_id, member.user_id,
       case when member.role in ('owner', 'admin') then member.role else membership.role end as role
from organization_members member
join projects project on project.organization_id = member.organization_id
left join memberships membership on membership.project_id = project.id and membership.user_id = member.user_id
where project.archived_at is null and member.disabled_at is null
    and (member.role in ('owner', 'admin') or membership.role is not null);

-- After a rotation the secret before it opens the same door for a while: two at most.
alter table api_keys
    add column previous_prefix     text unique,
    add column previous_digest     bytea check (octet_length(previous_digest) = 32),
    add column previous_expires_at timestamptz,
    add constraint previous_secret_is_whole check (num_nulls(previous_prefix, previous_digest, previous_expires_at) in (0, 3)),
    add constraint models_allow_something check (cardinality(models) > 0),
    -- null: the installation's limits for every key
    add column requests_per_minute integer check (requests_per_minute > 0),
    add column creates_per_minute  integer check (creates_per_minute > 0);
create index api_keys_list on api_keys (project_id, created_at, id);
drop index api_keys_project;

-- Those who act for a caller work under the policies of 0001: their organisation, their project.
grant update (name) on organizations to {app};
grant insert, update (name, retention_days, archived_at) on projects to {app};
grant select, insert on api_keys to {app};
grant update (
    name, prefix, digest, previous_prefix, previous_digest, previous_expires_at, scopes, models, expires_at, revoked_at,
    requests_per_minute, creates_per_minute) on api_keys to {app};

-- What people changed. Written once: no role may change or delete a row, and the trigger stops those that need no right.
create table audit_log (
    id              text primary key, -- made from the message's id, so that a message is one entry
    organization_id text not null,
    project_id      text,
    actor           text not null,
    key_id          text,
    action          text not null,
    target          text not null,
    details         json not null,
    at              timestamptz not null
);
create index audit_log_list on audit_log (organization_id, at, id);
create index audit_log_target on audit_log (organization_id, target, at);

create function refuse_change_of_history() returns trigger language plpgsql as $$
begin
    raise exception 'the audit log is only added to';
end $$;
create trigger audit_log_is_append_only before update or delete or truncate on audit_log
    for each statement execute function refuse_change_of_history();

alter table audit_log enable row level security;
alter table audit_log force row level security;
create policy own_organization on audit_log to {app} using (organization_id = current_setting('app.organization', true));

grant select on audit_log to {app};
grant select, insert on audit_log to {worker};
