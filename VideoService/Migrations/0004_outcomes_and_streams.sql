-- What an end without a clip cost at the upstream: with it a video's outcome can be announced again from its row alone.
alter table videos add column upstream_charge text check (upstream_charge in ('none', 'charged', 'unresolved'));

-- Those that ended before this column did have announced it long ago.
update videos set upstream_charge = 'none' where stage in ('failed', 'rejected', 'cancelled', 'expired');
alter table videos add constraint failures_have_a_charge check (
    (upstream_charge is not null) = (stage in ('failed', 'rejected', 'cancelled', 'expired')));

-- Why somebody has to approve, and until when.
alter table videos add column approval_reason text, add column approval_expires_at timestamptz;

-- Submissions in doubt, those of videos that are to be cancelled included.
create index videos_to_reconcile on videos (next_action_at)
    where stage = 'indeterminate' or (stage = 'cancelling' and upstream_id is null);

-- What a watcher has missed.
create index video_timeline_of_project on video_timeline (project, position);
