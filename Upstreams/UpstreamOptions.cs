using Sora.Upstreams.OpenAIVideos;

namespace Sora.Upstreams;

/// <summary>One upstream: section <c>Upstreams:{name}</c>.</summary>
public sealed class UpstreamOptions
{
    /// <summary>The section that holds all upstreams by name.</summary>
    public const string Section = "Upstreams";

    /// <summary>
    /// Where its protocol begins, ending in <c>/v1</c>, for example <c>https://api.example.com/v1</c>.
    /// </summary>
    public Uri? BaseUrl { get; set; }

    /// <summary>What it speaks: the name of one of <see cref="Dialects"/>.</summary>
    public string Dialect { get; set; } = Dialects.OpenAI.Name;

    /// <summary>
    /// API keys by credential name (<c>default</c> as a rule), sent as bearer tokens. A server without authentication
    /// still needs one entry, with any word as its key.
    /// </summary>
    public Dictionary<string, string> Credentials { get; } = new(StringComparer.Ordinal);

    /// <summary>The header that carries the key; <c>Authorization</c> unless set.</summary>
    public string AuthHeader { get; set; } = "Authorization";

    /// <summary>The word before the key in that header; <c>Bearer</c> unless set, none when empty.</summary>
    public string AuthScheme { get; set; } = "Bearer";

    /// <summary>Headers that every request carries, for example <c>custom-llm-provider</c>. No secrets: use a key.</summary>
    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Fields that every create carries as text, for example <c>num_inference_steps</c>; they override those of the dialect.
    /// </summary>
    public Dictionary<string, string> Fields { get; } = new(StringComparer.Ordinal);

    /// <summary>Time for a whole submission, upload included: 1 s to 10 min, default 60 s.</summary>
    public TimeSpan SubmitTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Time for a look, a page of a list or a delete: 100 ms to 2 min, default 15 s.</summary>
    public TimeSpan LookTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Time to a download's headers, and the longest silence within it: 100 ms to 10 min, default 30 s.
    /// </summary>
    public TimeSpan ContentTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Overrides <see cref="Dialect.HonoursIdempotencyKeys"/> for a server that is known better.
    /// </summary>
    public bool? HonoursIdempotencyKeys { get; set; }

    /// <summary>Overrides <see cref="Dialect.HasList"/> for a server that is known better.</summary>
    public bool? HasList { get; set; }

    /// <summary>Overrides <see cref="Dialect.BillsCancelled"/> for a server that is known better.</summary>
    public bool? BillsCancelled { get; set; }

    /// <summary>Overrides <see cref="Dialect.DeleteCancels"/> for a server that is known better.</summary>
    public bool? DeleteCancels { get; set; }

    /// <summary>
    /// Overrides <see cref="Dialect.LateAcceptanceBound"/> for a server that is known better: 0 to 2 h.
    /// </summary>
    public TimeSpan? LateAcceptanceBound { get; set; }

    /// <summary>Overrides <see cref="Dialect.SecondsAreNumber"/> for a server that is known better.</summary>
    public bool? SecondsAreNumber { get; set; }

    /// <summary>Overrides <see cref="Dialect.CreateEncoding"/> for a server that is known better.</summary>
    public CreateEncoding? CreateEncoding { get; set; }

    /// <summary>Overrides <see cref="Dialect.TakesSourceFiles"/> for a server that is known better.</summary>
    public bool? TakesSourceFiles { get; set; }
}
