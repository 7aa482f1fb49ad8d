-- Every movement of money, for ever. A transaction is one phase in the life of one video's money: it takes from one
-- account what it gives to another, so its entries sum to zero, and it happens once.
--   hold      available -> held               the price, when the video is accepted
--   resolve   held -> revenue                 it is ready: the customer pays
--             held -> available               it ended without a clip: the customer pays nothing
--   charge    revenue -> upstream_payable     what the upstream charges for a video that the customer paid
--   loss      loss -> upstream_payable        what it charges for one that the customer does not pay
--             loss -> suspense                the same, once a cost in suspense turns out to be real
--   suspense  suspense -> upstream_payable    what it may charge: nobody knows whether it accepted the video
-- Settling and releasing share the phase resolve and the account held: the database lets one of them happen.
create table entries (
    id               bigint generated always as identity primary key,
    transaction_id   text not null generated always as (video_id || ':' || phase) stored,
    video_id         text not null references holds,
    phase            text not null,
    account          text not null,
    amount_micro_usd bigint not null check (amount_micro_usd <> 0),
    organization     text not null,
    project          text not null,
    user_id          text not null,
    booked_at        timestamptz not null,
    constraint once_per_video unique (video_id, phase, account),
    constraint account_of_the_phase check (case phase
        when 'hold' then account in ('available', 'held')
        when 'resolve' then account in ('held', 'revenue', 'available')
        when 'charge' then account in ('revenue', 'upstream_payable')
        when 'loss' then account in ('loss', 'upstream_payable', 'suspense')
        when 'suspense' then account in ('suspense', 'upstream_payable')
        else false end)
);
create index entries_spent on entries (project, booked_at) where phase = 'resolve' and account = 'revenue';

create function check_balance_of_transaction() returns trigger language plpgsql as $$
declare
    total numeric;
    lines int;
begin
    select sum(amount_micro_usd), count(*) into total, lines
    from entries where video_id = new.video_id and phase = new.phase;
    if lines < 2 or total <> 0 then
        raise exception 'transaction % has % entries that sum to %', new.transaction_id, lines, total
            using errcode = 'check_violation';
    end if;
    return null;
end $$;

create constraint trigger entries_balance after insert or update on entries
    deferrable initially deferred for each row execute function check_balance_of_transaction();

alter table entries enable row level security, force row level security;
create policy of_the_caller on entries to {app}
    using (organization = current_setting('app.organization', true)
        and project = current_setting('app.project', true));

revoke all on entries from public, {app}, {worker};
grant select, insert on entries to {app}, {worker};
