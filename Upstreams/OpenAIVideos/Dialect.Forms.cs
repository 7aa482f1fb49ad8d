using System.Collections.Frozen;

namespace Sora.Upstreams.OpenAIVideos;

// What a family of servers asks for, and where its answers hold what we look for.
public sealed partial record Dialect
{
    /// <summary>What may be asked of it; anything else is refused without a request.</summary>
    public IReadOnlySet<VideoOperation> Operations { get; init; } =
        FrozenSet.Create(VideoOperation.Create, VideoOperation.Remix);

    /// <summary>Whether the length of the clip is a number where a create is JSON; OpenAI's own is text.</summary>
    public bool SecondsAreNumber { get; init; }

    /// <summary>
    /// Whether a reference image is the data URL itself where a create is JSON; OpenAI's own is an object around it.
    /// </summary>
    public bool ReferenceIsText { get; init; }

    /// <summary>Fields that every create carries beside those of the protocol, all of them text.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>Error codes that come only before acceptance, whatever the status: the submission may be sent again.</summary>
    public IReadOnlySet<string> ErrorsBeforeAcceptance { get; init; } = FrozenSet<string>.Empty;

    /// <summary>The fields that may hold a video's id; the first that is there counts.</summary>
    public IReadOnlyList<string> IdFields { get; init; } = ["id"];

    /// <summary>The value of <c>progress</c> that means done: 100, or 1 for a share.</summary>
    public double WholeProgress { get; init; } = 100;

    /// <summary>
    /// Where a finished video may hold the address of its bytes (<c>a.0.b</c>), for when the content route has none. At
    /// the upstream's own origin it is read with the credential; anywhere else without, and through the guarded client.
    /// </summary>
    public IReadOnlyList<string> ResultPaths { get; init; } = [];

    /// <summary>Whether its videos live in its memory: one that it does not know was lost in a restart.</summary>
    public bool ForgetsOnRestart { get; init; }
}

/// <summary>What an upstream may be asked to do.</summary>
public enum VideoOperation
{
    /// <summary>Render from a prompt.</summary>
    Create,

    /// <summary>Render a finished video's scene anew with another prompt.</summary>
    Remix,

    /// <summary>Change a finished video.</summary>
    Edit,

    /// <summary>Go on where a finished video ends.</summary>
    Extend,

    /// <summary>Keep a character to show in later videos.</summary>
    CreateCharacter,
}
