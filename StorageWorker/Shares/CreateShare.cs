using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.StorageWorker.Clips;

namespace Sora.StorageWorker.Shares;

/// <summary>
/// <c>POST /v1/videos/{id}/shares</c>: a link to a stored file. It ends with the clip at the latest. The token leaves in
/// this answer and is kept as a hash, so that a lost link can only be replaced.
/// </summary>
internal sealed class CreateShare(
    ServiceDatabase database, AbsentContent absent, IOptions<ShareOptions> options, TimeProvider clock)
{
    private const int Shortest = 60; // seconds

    /// <summary>Answers with the link, or says what is wrong with the request or the video.</summary>
    public async Task<IResult> HandleAsync(
        string id, CreateShareRequest request, Caller caller, CancellationToken cancellationToken)
    {
        if (!TryReadVariant(request.Variant, out var variant))
        {
            return ApiError.Invalid(
                "variant", "Invalid 'variant'. Supported values are: 'video', 'thumbnail', and 'spritesheet'.");
        }

        if (!TryReadLifetime(request.ExpiresIn, out var lifetime))
        {
            var most = (long)options.Value.MaxLifetime.TotalSeconds;
            return ApiError.Invalid(
                "expires_in", $"Invalid 'expires_in': expected an integer of seconds from {Shortest} to {most}.");
        }

        var token = ShareToken.New();
        var now = clock.GetUtcNow();
        var share = await InsertAsync(id, variant, token, now, now + lifetime, caller, cancellationToken);
        return share is null
            ? await absent.ExplainAsync(id, variant, caller, cancellationToken)
            : Results.Ok(share with { Url = UrlOf(token) });
    }

    private async Task<ShareResource?> InsertAsync(
        string videoId,
        ClipVariant variant,
        string token,
        DateTimeOffset now,
        DateTimeOffset wantedEnd,
        Caller caller,
        CancellationToken cancellationToken)
    {
        var id = Ids.New("share", now);
        await using var work = await database.BeginAsync(caller, cancellationToken);
        var end = await work.QuerySingleOrDefaultAsync<DateTimeOffset?>(
            """
            insert into shares
                (id, token_hash, video_id, variant, organization, project, created_by, created_at, expires_at)
            select @id, @Hash, video_id, variant, @Organization, @Project, @User, @now, least(@wantedEnd, expires_at)
            from clips join clip_files using (video_id)
            where video_id = @videoId and clips.project = @Project and state = 'stored' and hidden_at is null
                and (expires_at is null or expires_at > @now) and variant = @Variant and rotten_at is null
            returning expires_at
            """,
            new
            {
                id,
                Hash = ShareToken.Hash(token),
                videoId,
                Variant = variant.Name,
                caller.Organization,
                caller.Project,
                caller.User,
                now,
                wantedEnd,
            },
            cancellationToken);
        if (end is not { } expiresAt)
        {
            return null;
        }

        var expires = expiresAt.ToUnixTimeSeconds();
        work.Record(
            caller, "share.created", id, now,
            ("video", videoId), ("variant", variant.Name), ("expires_at", expires.ToString(CultureInfo.InvariantCulture)));
        await work.CommitAsync(cancellationToken);
        return new ShareResource(
            id, "video.share", videoId, variant.Name, null, now.ToUnixTimeSeconds(), expires, null, 0, null);
    }

    private string UrlOf(string token) => $"{options.Value.PublicUrl?.ToString().TrimEnd('/')}/s/{token}";

    private static bool TryReadVariant(JsonElement? value, out ClipVariant variant)
    {
        variant = ClipVariant.Video;
        if (value is not { } given)
        {
            return true;
        }

        var found = given.ValueKind is JsonValueKind.String ? ClipVariant.Find(given.GetString()!) : null;
        variant = found ?? variant;
        return found is not null;
    }

    private bool TryReadLifetime(JsonElement? value, out TimeSpan lifetime)
    {
        lifetime = options.Value.Lifetime;
        if (value is not { } given)
        {
            return true;
        }

        if (given.ValueKind is not JsonValueKind.Number
            || !given.TryGetInt64(out var seconds)
            || seconds < Shortest
            || seconds > options.Value.MaxLifetime.TotalSeconds)
        {
            return false;
        }

        lifetime = TimeSpan.FromSeconds(seconds);
        return true;
    }
}

/// <summary>What may be said about a link; anything may be left out.</summary>
/// <param name="ExpiresIn">Its life in seconds.</param>
/// <param name="Variant"><c>video</c>, <c>thumbnail</c> or <c>spritesheet</c>.</param>
internal sealed record CreateShareRequest(JsonElement? ExpiresIn, JsonElement? Variant);
