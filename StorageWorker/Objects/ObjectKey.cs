using System.Text.RegularExpressions;

namespace Sora.StorageWorker.Objects;

/// <summary>
/// Where an object lies, for example <c>clips/proj_1/video_2/1/video.mp4</c>. It is made of ids only: each
/// segment begins with a letter or digit and holds letters, digits, <c>.</c>, <c>_</c> and <c>-</c>, so that
/// no key leads out of the store whatever an id contains.
/// </summary>
public sealed partial record ObjectKey
{
    private ObjectKey(string value) => Value = value;

    /// <summary>The segments, joined by <c>/</c>.</summary>
    public string Value { get; }

    /// <summary>
    /// A key of these segments. Objects below a key that is a folder have it as their beginning.
    /// </summary>
    /// <exception cref="ArgumentException">A segment could be more than a plain name.</exception>
    public static ObjectKey Of(params ReadOnlySpan<string> segments)
    {
        foreach (var segment in segments)
        {
            if (!PlainName().IsMatch(segment))
            {
                throw new ArgumentException("A segment of an object's key is not a plain name.", nameof(segments));
            }
        }

        return segments.IsEmpty
            ? throw new ArgumentException("An object's key has at least one segment.", nameof(segments))
            : new ObjectKey(string.Join('/', segments));
    }

    /// <summary>The key that a row remembers.</summary>
    /// <exception cref="ArgumentException">It is not a key.</exception>
    public static ObjectKey Parse(string value) => Of(value.Split('/'));

    /// <summary>A key one level below.</summary>
    /// <exception cref="ArgumentException">The name is not a plain one.</exception>
    public ObjectKey Child(string name) => Parse($"{Value}/{name}");

    /// <inheritdoc/>
    public override string ToString() => Value;

    // \z and not $, which also matches before a final line feed.
    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainName();
}
