using System.Text.Json;

namespace Sora.Upstreams.OpenAIVideos;

/// <summary>
/// Reads a list of videos page by page. Absence from it decides about money, so it is whole or it is nothing.
/// </summary>
internal static class VideoList
{
    /// <summary>Videos asked for in one page.</summary>
    public const int PageSize = 50;

    // 5 000 videos: more within one look back means that something else is wrong.
    private const int MostPages = 100;

    /// <summary>
    /// All videos created at or after <paramref name="since"/> or at an unknown time, newest first; null when that
    /// cannot be known.
    /// </summary>
    /// <param name="readPage">Reads the page after an id, or the first one.</param>
    /// <param name="dialect">How the upstream speaks.</param>
    /// <param name="since">How far to look back.</param>
    public static async Task<IReadOnlyList<UpstreamVideo>?> ReadAsync(
        Func<string?, Task<Answer>> readPage, Dialect dialect, DateTimeOffset since)
    {
        var videos = new Dictionary<string, UpstreamVideo>(StringComparer.Ordinal);
        string? after = null;
        for (var number = 0; number < MostPages; number++)
        {
            var answer = await readPage(after);
            if (answer is not { Status: 200, Body: { } body } || Page.Read(body, dialect) is not { } page)
            {
                return null;
            }

            var fresh = page.Videos.Count(video => videos.TryAdd(video.Id, video));
            if (!page.HasMore || page.IsAllBefore(since))
            {
                return Newest(videos.Values, since);
            }

            // A server that promises more and shows the same again does not know `after`.
            if (fresh == 0)
            {
                return null;
            }

            after = page.Videos[^1].Id;
        }

        return null;
    }

    private static List<UpstreamVideo> Newest(IEnumerable<UpstreamVideo> videos, DateTimeOffset since) =>
        [.. videos.Where(video => !(video.CreatedAt < since)).OrderByDescending(video => video.CreatedAt)];

    private sealed record Page(List<UpstreamVideo> Videos, bool HasMore)
    {
        /// <summary>
        /// The page, or null when any entry of it cannot be read: it could be the one that is looked for.
        /// </summary>
        public static Page? Read(JsonElement json, Dialect dialect)
        {
            if (json.Field("data") is not { ValueKind: JsonValueKind.Array } data)
            {
                return null;
            }

            var videos = new List<UpstreamVideo>();
            foreach (var entry in data.EnumerateArray())
            {
                if (VideoReader.Read(entry, dialect) is not { } video)
                {
                    return null;
                }

                videos.Add(video);
            }

            return new Page(videos, videos.Count > 0 && MoreAfter(json, videos.Count));
        }

        // Only a list in falling order may be left early: a server that ignores `order` shows the newest last.
        public bool IsAllBefore(DateTimeOffset since) =>
            Videos[^1].CreatedAt < since
            && Videos.Zip(Videos.Skip(1)).All(pair => pair.First.CreatedAt >= pair.Second.CreatedAt);

        // SGLang and TensorRT-LLM leave `has_more` out: an exactly full page may then have a successor, and a larger
        // one comes from a server that shows everything at once.
        private static bool MoreAfter(JsonElement json, int count) => json.Field("has_more")?.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => count == PageSize,
        };
    }
}
