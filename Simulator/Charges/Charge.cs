using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Sora.Simulator.Videos;

namespace Sora.Simulator.Charges;

/// <summary>What one accepted video would have cost: a line of the charge log.</summary>
/// <param name="Id">The video that was accepted.</param>
/// <param name="Marker">The word after <c>job:</c> in a prompt with <c>[job:word]</c>, else null.</param>
/// <param name="Fingerprint">SHA-256, lowercase hex, of everything asked for: equal for equal requests.</param>
/// <param name="PromptSha256">SHA-256 of the prompt's UTF-8 bytes, lowercase hex.</param>
/// <param name="Model">The model asked for.</param>
/// <param name="Size">The size asked for, <c>WIDTHxHEIGHT</c>.</param>
/// <param name="Seconds">The length that is paid for: of an extension, what it adds.</param>
/// <param name="MicroDollars">The price in millionths of a dollar.</param>
/// <param name="CreatedAt">When it was accepted, Unix seconds.</param>
/// <param name="Operation">What made it.</param>
internal sealed partial record Charge(
    string Id,
    string? Marker,
    string Fingerprint,
    string PromptSha256,
    string Model,
    string Size,
    int Seconds,
    long MicroDollars,
    long CreatedAt,
    VideoOperation Operation = VideoOperation.Create)
{
    public static Charge For(Video video) => new(
        video.Id,
        MarkerIn(video.Order.Prompt),
        video.Order.Fingerprint(),
        Sha256(video.Order.Prompt),
        video.Order.Model,
        video.Order.Size,
        video.Order.BilledSeconds,
        VideoCatalogue.MicroDollars(video.Order.Model, video.Order.Size, video.Order.BilledSeconds),
        video.CreatedAt.ToUnixTimeSeconds(),
        video.Order.Operation);

    private static string? MarkerIn(string prompt) =>
        MarkerPattern().Match(prompt) is { Success: true } match ? match.Groups[1].Value : null;

    private static string Sha256(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    [GeneratedRegex(@"\[job:([A-Za-z0-9_-]{1,100})\]")]
    private static partial Regex MarkerPattern();
}
