namespace Sora.WebhookService.Deliveries;

/// <summary>What has become of a delivery, as the log and the database say it.</summary>
internal static class DeliveryStatus
{
    /// <summary>It is being sent, or will be.</summary>
    public const string Pending = "pending";

    /// <summary>The endpoint answered 2xx.</summary>
    public const string Delivered = "delivered";

    /// <summary>Every attempt of its schedule failed.</summary>
    public const string Failed = "failed";

    /// <summary>Its endpoint was disabled; a replay sends it once that is enabled again.</summary>
    public const string Held = "held";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All = [Pending, Delivered, Failed, Held];
}
