namespace Sora.WebhookService.Events;

/// <summary>What an endpoint can subscribe to. A type stands here only when something makes it happen.</summary>
internal static class EventTypes
{
    /// <summary>A clip can be downloaded; <c>data.id</c> is the video's.</summary>
    public const string VideoCompleted = "video.completed";

    /// <summary>A video ended without a clip; <c>data.id</c> is the video's.</summary>
    public const string VideoFailed = "video.failed";

    /// <summary>Somebody has to approve a video before it is made; <c>data.id</c> is the video's.</summary>
    public const string VideoApprovalRequested = "video.approval_requested";

    /// <summary>Another endpoint of the project is not sent to any more; <c>data.id</c> is that endpoint's.</summary>
    public const string EndpointDisabled = "webhook_endpoint.disabled";

    /// <summary>All of them, each with an id as its sample has it.</summary>
    private static readonly (string Type, string SampleId)[] Table =
    [
        (VideoCompleted, "video_123"),
        (VideoFailed, "video_123"),
        (VideoApprovalRequested, "video_123"),
        (EndpointDisabled, "whe_123"),
    ];

    /// <summary>Every type.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Table.Select(row => row.Type)];

    /// <summary>All of them for an error message.</summary>
    public static string Listed { get; } = string.Join(", ", All.Select(type => $"'{type}'"));

    /// <summary>What a test event says that it happened to.</summary>
    public static string SampleId(string type) => Table.Single(row => row.Type == type).SampleId;
}
