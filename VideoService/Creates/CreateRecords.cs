using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;

namespace Sora.VideoService.Creates;

/// <summary>An earlier request of the same intent, or with the same key.</summary>
/// <param name="ResourceId">What it made.</param>
/// <param name="Fingerprint">Of its body.</param>
/// <param name="Answer">What it was answered, where that is kept and known.</param>
public sealed record EarlierCreate(string ResourceId, byte[] Fingerprint, byte[]? Answer);

/// <summary>The table <c>creates</c>: who asked for what, and what came of it.</summary>
public static class CreateRecords
{
    private const string Columns =
        "resource_id, project, caller, route, key, fingerprint, answer, is_watched, created_at";

    private const string Values =
        "@ResourceId, @Project, @Asker, @Route, @Key, @Fingerprint, @Answer, @IsWatched, @Now";

    // A key that has had its week is as good as new.
    private const string ClaimByKey =
        $"""
        insert into creates ({Columns}) values ({Values})
        on conflict (project, route, key) where key is not null do update set
            resource_id = excluded.resource_id, caller = excluded.caller, fingerprint = excluded.fingerprint,
            answer = excluded.answer, created_at = excluded.created_at
        where creates.created_at <= @Since
        """;

    private const string Same =
        """
        project = @Project and caller = @Asker and route = @Route and fingerprint = @Fingerprint and key is null
            and coalesce(answered_at, created_at) > @Since
            and (not @IsWatched or (is_watched and (delivered_at is null or @Overlaps)))
        """;

    // The second statement sees what was committed while the first waited.
    private const string ClaimByFingerprint =
        $"""
        select pg_advisory_xact_lock(hashtextextended(@Project || @Asker || encode(@Fingerprint, 'hex'), 0));
        insert into creates ({Columns}) select {Values} where not exists (select from creates where {Same})
        """;

    private const string Find = "select resource_id, fingerprint, answer from creates where";

    private const string FindByKey =
        $"{Find} project = @Project and route = @Route and key = @Key and created_at > @Since";

    private const string FindByFingerprint = $"{Find} {Same} order by created_at desc limit 1";

    private const string KeepAnswer =
        """
        update creates set answer = coalesce(answer, @Answer)
        where project = @Project and route = @Route and key = @Key returning answer
        """;

    private const string NoteAnswered =
        "update creates set answered_at = @Now where resource_id = @ResourceId and project = @Project";

    /// <summary>
    /// Records, in the transaction that inserts the resource, that this request makes it. False when another request of
    /// the same intent was faster: then nothing may be inserted. Of any number at once, one gets true.
    /// </summary>
    /// <param name="work">The transaction.</param>
    /// <param name="intent">What the request says about itself.</param>
    /// <param name="resourceId">The id of what is made.</param>
    /// <param name="now">When.</param>
    /// <param name="answer">The answer, where it is known with the insert; kept for keys.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task<bool> ClaimAsync(
        this UnitOfWork work,
        CreateIntent intent,
        string resourceId,
        DateTimeOffset now,
        byte[]? answer,
        CancellationToken cancellationToken)
    {
        var sql = intent.Key is null ? ClaimByFingerprint : ClaimByKey;
        var parameters = Parameters(intent, now, overlaps: false, answer);
        parameters.Add("ResourceId", resourceId);
        return await work.ExecuteAsync(sql, parameters, cancellationToken) == 1;
    }

    /// <summary>
    /// The request that this one repeats, or null when it is new; <paramref name="overlaps"/>: they were at work together, so
    /// that delivery tells nothing. <paramref name="arrivedAt"/> is when this one came: waiting makes no request older.
    /// </summary>
    public static async Task<EarlierCreate?> FindEarlierAsync(
        this ServiceDatabase database,
        CreateIntent intent,
        Caller caller,
        DateTimeOffset arrivedAt,
        bool overlaps,
        CancellationToken cancellationToken)
    {
        var sql = intent.Key is null ? FindByFingerprint : FindByKey;
        var rows = await database.ReadAsync<EarlierCreate>(
            caller, sql, Parameters(intent, arrivedAt, overlaps, answer: null), cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>A watched answer is about to leave: if it is lost, its repetition comes some seconds from now.</summary>
    public static Task NoteAnsweredAsync(
        this UnitOfWork work, CreateIntent intent, string resourceId, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            NoteAnswered, new { intent.Project, ResourceId = resourceId, Now = now }, cancellationToken);

    /// <summary>Keeps the first answer to a key; what it gives back is the one that everybody gets.</summary>
    public static Task<byte[]?> KeepAnswerAsync(
        this UnitOfWork work, CreateIntent intent, byte[] answer, CancellationToken cancellationToken) =>
        work.QuerySingleOrDefaultAsync<byte[]>(
            KeepAnswer, new { intent.Project, intent.Route, intent.Key, Answer = answer }, cancellationToken);

    private static Dapper.DynamicParameters Parameters(
        CreateIntent intent, DateTimeOffset now, bool overlaps, byte[]? answer) => new(new
        {
            intent.Project,
            intent.Asker,
            intent.Route,
            intent.Key,
            intent.Fingerprint,
            Now = now,
            Since = now - intent.Repeats.Window,
            IsWatched = intent.Repeats.OnlyUndelivered,
            Overlaps = overlaps,
            Answer = answer,
        });
}
