using Microsoft.Extensions.Options;
using Sora.Upstreams.OpenAIVideos;

namespace Sora.Upstreams;

/// <summary>
/// Stops a service that could not talk to its upstreams. Its messages name the setting and never a key.
/// </summary>
internal sealed class UpstreamOptionsValidator : IValidateOptions<UpstreamOptions>
{
    public ValidateOptionsResult Validate(string? name, UpstreamOptions options)
    {
        var section = $"{UpstreamOptions.Section}:{name}";
        var failures = Address(options.BaseUrl)
            .Concat(Credentials(options.Credentials))
            .Concat(Dialect(options.Dialect))
            .Concat(Extras(options))
            .Concat(Times(options))
            .Select(failure => $"{section}:{failure}")
            .ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> Address(Uri? address)
    {
        if (address is null)
        {
            yield return "BaseUrl is missing: the address where the protocol begins, ending in /v1.";
        }
        else if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https"))
        {
            yield return "BaseUrl must be an absolute http or https address.";
        }
        else if (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            yield return "BaseUrl must have no user, query or fragment; keys belong under Credentials.";
        }
        else if (!address.Segments.Any(IsVersion))
        {
            yield return $"BaseUrl must end in /v1, but its path is '{address.AbsolutePath}'.";
        }
    }

    // Some begin deeper, for example at /v1beta/openai; none begins without a version.
    private static bool IsVersion(string segment) => segment is ['v', >= '1' and <= '9', ..];

    private static IEnumerable<string> Extras(UpstreamOptions options)
    {
        string[] protocol = ["model", "prompt", "seconds", "size", "input_reference"];
        foreach (var name in options.Fields.Keys.Intersect(protocol))
        {
            yield return $"Fields:{name} is a field of the protocol, which the job decides.";
        }

        foreach (var name in options.Headers.Keys.Append(options.AuthHeader).Where(name => !IsToken(name)))
        {
            yield return $"'{name}' is no name of a header.";
        }

        if (options.Headers.ContainsKey(options.AuthHeader) || options.Headers.ContainsKey("Idempotency-Key"))
        {
            yield return $"Headers must not name {options.AuthHeader} or Idempotency-Key.";
        }

        if (options.Headers.Values.Append(options.AuthScheme).Any(value => value.Any(letter => letter is < ' ' or > '~')))
        {
            yield return "Headers and AuthScheme must be printable ASCII.";
        }
    }

    private static bool IsToken(string name) => name.Length > 0
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    private static IEnumerable<string> Credentials(Dictionary<string, string> credentials)
    {
        if (credentials.Count == 0)
        {
            yield return "Credentials is empty: name at least one key, usually 'default'.";
        }

        foreach (var (name, key) in credentials)
        {
            if (string.IsNullOrEmpty(key) || key.Any(letter => letter is <= ' ' or > '~'))
            {
                yield return $"Credentials:{name} must be printable ASCII without spaces.";
            }
        }
    }

    private static IEnumerable<string> Dialect(string dialect)
    {
        if (!Dialects.All.ContainsKey(dialect))
        {
            yield return $"Dialect '{dialect}' is not known. Known: {string.Join(", ", Dialects.All.Keys.Order())}.";
        }
    }

    private static IEnumerable<string> Times(UpstreamOptions options)
    {
        var tenth = TimeSpan.FromMilliseconds(100);
        var tenMinutes = TimeSpan.FromMinutes(10);
        (string Name, TimeSpan Value, TimeSpan Least, TimeSpan Most)[] times =
        [
            (nameof(options.SubmitTimeout), options.SubmitTimeout, TimeSpan.FromSeconds(1), tenMinutes),
            (nameof(options.LookTimeout), options.LookTimeout, tenth, TimeSpan.FromMinutes(2)),
            (nameof(options.ContentTimeout), options.ContentTimeout, tenth, tenMinutes),
            (nameof(options.LateAcceptanceBound), options.LateAcceptanceBound ?? TimeSpan.Zero, TimeSpan.Zero,
                TimeSpan.FromHours(2)),
        ];
        return from time in times
               where time.Value < time.Least || time.Value > time.Most
               select $"{time.Name} must lie between {time.Least} and {time.Most}, but is {time.Value}.";
    }
}
