using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sora.Simulator.Characters;
using Sora.Simulator.Videos;

namespace Sora.Simulator.Rendering;

/// <summary>All that a clip's picture depends on; equal scenes have equal bytes.</summary>
/// <param name="Text">The caption.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Seconds">The clip's length.</param>
/// <param name="ReferenceSha256">The uploaded image that opens the clip, or the uploaded video that it is; or null.</param>
/// <param name="IsDraft">Encoded for half of the work and twice the bytes.</param>
internal sealed record Scene(
    string Text,
    int Width,
    int Height,
    int Seconds,
    string? ReferenceSha256,
    bool IsDraft = false)
{
    /// <summary>To be raised with every change of the picture, so that no older clip is served.</summary>
    private const int Look = 2;

    /// <summary>How it comes about.</summary>
    public VideoOperation Operation { get; init; }

    /// <summary>The scene whose frames an edit changes and an extension goes on from.</summary>
    public Scene? Source { get; init; }

    /// <summary>Who is shown in a corner, with their name.</summary>
    public IReadOnlyList<CastMember> Cast { get; init; } = [];

    /// <summary>The one scene of a size and length that stands for all prompts in cheap mode.</summary>
    public static Scene Cheap(VideoOrder order) => Plain(order) with
    {
        Text = "A pre-rendered clip for load tests.",
        ReferenceSha256 = null,
        IsDraft = true,
    };

    public static Scene Of(VideoOrder order) => Plain(order) with
    {
        Operation = order.Operation,
        Source = order.Source is { } source ? Of(source) : null,
        Cast = order.Cast,
    };

    /// <summary>The piece that an extension adds, as a scene of its own.</summary>
    public Scene NewPiece() => this with
    {
        Seconds = Seconds - Source!.Seconds,
        Operation = VideoOperation.Create,
        Source = null,
    };

    /// <summary>SHA-256 of the scene: names its files and chooses its colours and movements.</summary>
    public byte[] Hash()
    {
        var source = Source is null ? "" : Convert.ToHexStringLower(Source.Hash());
        var cast = string.Join(' ', Cast.Select(member => $"{member.ClipSha256} {member.Name}"));
        return SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{Look}|{Width}x{Height}|{Seconds}|{ReferenceSha256}|{IsDraft}|{Operation}|{source}|{cast}|{Text}")));
    }

    private static Scene Plain(VideoOrder order)
    {
        var size = order.Size.Split('x');
        return new Scene(
            order.Prompt,
            int.Parse(size[0], CultureInfo.InvariantCulture),
            int.Parse(size[1], CultureInfo.InvariantCulture),
            order.Seconds,
            order.ReferenceSha256);
    }
}
