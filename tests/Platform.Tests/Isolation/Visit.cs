using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sora.Platform.Tests.Isolation;

/// <summary>What came of one request by one visitor.</summary>
/// <param name="Line">The request.</param>
/// <param name="Visitor">Who sent it.</param>
/// <param name="Status">The answer's status.</param>
/// <param name="Headers">Its headers, as they stood.</param>
/// <param name="Body">Its body; empty for a stream of events, which others watch.</param>
/// <param name="Twin">Status and body of the same request with ids that nobody has; null where none was sent.</param>
internal sealed record Visit(
    PolicyLine Line, Visitor Visitor, int Status, string Headers, byte[] Body, string? Twin)
{
    private const string Somebody = "SOMETHING";

    private Verdict Verdict => Line.Cells[Visitor.Name];

    /// <summary>What is wrong with the answer; null where nothing is.</summary>
    public string? Fault(Estate estate) => this switch
    {
        _ when Status != Verdict.Status => $"{Status} instead of {Verdict.Status}: {Shown}",
        _ when Status == 400 && Line.Why is null => "400 needs a reason in the policy",
        _ when Twin is not null && Twin != Described(estate.Things) => $"unlike what does not exist: {Shown} and {Twin}",
        _ => null,
    } is { } fault ? $"{Line}, {Visitor.Name}: {fault}" : null;

    /// <summary>What the answer holds that the visitor must not see; ids that they sent themselves are no news to them.</summary>
    public IEnumerable<string> Leaks(Estate estate) =>
        (Verdict.MaySeeAll ? [] : Visitor.Hidden.Where(thing => !IsSent(thing.Key)))
            .Concat(estate.Secrets.Where(secret => !(secret.Key == "share token" && IsSent("token"))))
            .Where(thing => Headers.Contains(thing.Value, StringComparison.Ordinal)
                || Body.AsSpan().IndexOf(Encoding.UTF8.GetBytes(thing.Value)) >= 0)
            .Select(thing => $"{Line}, {Visitor.Name}: the {thing.Key} is in {Shown}");

    /// <summary>Sends it, and once more with ids that nobody has where the answer should be the same.</summary>
    public static async Task<Visit> MakeAsync(
        HttpClient http, PolicyLine line, PublicRoute route, Visitor visitor, IReadOnlyDictionary<string, string> things)
    {
        var (status, headers, body) = await SendAsync(http, line, route, visitor, things);
        var absent = things.ToDictionary(thing => thing.Key, thing => LikeIt(thing.Value));
        var isToBeAlike = status is 400 or 404 && things.Keys.Any(thing => IsIn(line, thing));
        var twin = !isToBeAlike ? null : await SendAsync(http, line, route, visitor, absent) is var (other, _, text)
            ? Describe(other, text, absent) : null;
        return new Visit(line, visitor, status, headers, body, twin);
    }

    private static async Task<(int Status, string Headers, byte[] Body)> SendAsync(
        HttpClient http, PolicyLine line, PublicRoute route, Visitor visitor, IReadOnlyDictionary<string, string> things)
    {
        using var request = new HttpRequestMessage(new HttpMethod(line.Method), Filled(line.Path, things));
        if (line.Body is { } json)
        {
            request.Content = new StringContent(Filled(json, things), Encoding.UTF8, "application/json");
        }

        visitor.Identify(request, route);
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var isStream = answer.Content.Headers.ContentType?.MediaType == "text/event-stream";
        var body = isStream ? [] : await answer.Content.ReadAsByteArrayAsync();
        return ((int)answer.StatusCode, $"{answer.Headers}{answer.Content.Headers}", body);
    }

    private string Shown => Encoding.UTF8.GetString(Body.AsSpan(0, Math.Min(Body.Length, 400)));

    private bool IsSent(string thing) => IsIn(Line, thing);

    private string Described(IReadOnlyDictionary<string, string> things) => Describe(Status, Body, things);

    private static string Describe(int status, byte[] body, IReadOnlyDictionary<string, string> things) =>
        things.Values.Aggregate(
            $"{status.ToString(CultureInfo.InvariantCulture)} {Encoding.UTF8.GetString(body)}",
            (text, id) => text.Replace(id, Somebody, StringComparison.Ordinal));

    private static bool IsIn(PolicyLine line, string thing) =>
        $"{line.Path} {line.Body}".Contains($"{{{thing}}}", StringComparison.Ordinal);

    private static string Filled(string text, IReadOnlyDictionary<string, string> things) => things.Aggregate(
        text, (filled, thing) => filled.Replace($"{{{thing.Key}}}", thing.Value, StringComparison.Ordinal));

    /// <summary>An id of the same form that nobody has.</summary>
    private static string LikeIt(string id)
    {
        var kind = id[..(id.LastIndexOf('_') + 1)];
        return kind + RandomNumberGenerator.GetHexString(id.Length - kind.Length, lowercase: true);
    }
}
