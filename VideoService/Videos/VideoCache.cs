using Sora.ServiceDefaults;
using StackExchange.Redis;

namespace Sora.VideoService.Videos;

/// <summary>
/// The answers of <c>GET /v1/videos/{id}</c> in Redis, as bytes. They are put there by whoever commits a change, so that
/// clients who poll leave the database alone. Each carries the video's version: an older answer never replaces a newer one,
/// also when a slow reader puts it back after a change. Whoever watches is woken with the change.
/// </summary>
public sealed class VideoCache(Redis redis, VideoAnswers answers)
{
    // A lost change (Redis away at the commit) is healed by the entry's short life.
    private const int LifetimeMs = 5_000;

    /// <summary>Where Redis says that a change was committed, without saying which.</summary>
    public const string Channel = "videos";

    private const string PutIfNewer =
        """
        for i, key in ipairs(KEYS) do
            local version = redis.call('HGET', key, 'version')
            if not version or tonumber(version) <= tonumber(ARGV[2 * i + 1]) then
                redis.call('HSET', key, 'version', ARGV[2 * i + 1], 'answer', ARGV[2 * i + 2])
                redis.call('PEXPIRE', key, ARGV[1])
            end
        end
        if ARGV[2] ~= '' then
            redis.call('PUBLISH', ARGV[2], '')
        end
        """;

    /// <summary>The cached answer, or null.</summary>
    public async Task<VideoAnswer?> FindAsync(string project, string videoId)
    {
        var answer = await redis.TryAsync("HGET video", db => db.HashGetAsync(Key(project, videoId), "answer"));
        return answer.IsNullOrEmpty ? null : VideoAnswer.FromBytes(answer!);
    }

    /// <summary>Keeps an answer for some seconds.</summary>
    public Task KeepAsync(Video video, VideoAnswer answer) =>
        PutAsync([Key(video.Project, video.Id)], "", [video.Version, answer.ToBytes()]);

    /// <summary>Replaces the answers that a commit has made old; a deleted video has none.</summary>
    public Task RenewAsync(IEnumerable<Video> changed)
    {
        var videos = changed.ToList();
        return videos.Count == 0 ? Task.CompletedTask : PutAsync(
            [.. videos.Select(video => Key(video.Project, video.Id))],
            Channel,
            [.. videos.SelectMany(video => new RedisValue[] { video.Version, Answer(video) })]);
    }

    private RedisValue Answer(Video video) =>
        video.DeletedAt is null ? answers.For(video).ToBytes() : RedisValue.EmptyString;

    private async Task PutAsync(RedisKey[] keys, string channel, RedisValue[] versionsAndAnswers) => await redis.TryAsync(
        "EVAL video", db => db.ScriptEvaluateAsync(PutIfNewer, keys, [LifetimeMs, channel, .. versionsAndAnswers]));

    private static RedisKey Key(string project, string videoId) => $"video:{project}:{videoId}";
}
