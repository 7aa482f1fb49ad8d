using System.ClientModel;
using System.Globalization;
using System.Text.Json;

namespace Sora.Demo;

/// <summary>The parts of a Video resource that are shown.</summary>
internal sealed record Video(
    string Id, string Status, double Progress, string? Size, string? Seconds, VideoError? Error, Extension? Sora)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>Whether there is nothing more to wait for.</summary>
    public bool HasEnded => Status is not ("queued" or "in_progress");

    /// <summary>Where it is, in the platform's words or, elsewhere, the protocol's.</summary>
    public string Stage => Sora?.Stage ?? Status;

    /// <summary>What it cost, to follow the other facts; empty where the server does not say.</summary>
    public string Cost => Sora?.Cost is { } cost
        ? string.Create(CultureInfo.InvariantCulture, $", ${cost.ChargedMicroUsd / 1_000_000m:0.00##}")
        : "";

    /// <summary>Reads an answer's body.</summary>
    public static Video Read(ClientResult answer) =>
        answer.GetRawResponse().Content.ToObjectFromJson<Video>(Json)
        ?? throw new InvalidDataException("The answer is not a video.");
}

/// <summary>Why a video failed.</summary>
internal sealed record VideoError(string? Code, string? Message);

/// <summary>What the platform adds to the protocol.</summary>
internal sealed record Extension(string? Stage, Cost? Cost);

/// <summary>What was charged, in millionths of a dollar.</summary>
internal sealed record Cost(long ChargedMicroUsd);
