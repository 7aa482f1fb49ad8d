namespace Sora.Simulator.Videos;

/// <summary>The models, sizes, lengths and prices that OpenAI had.</summary>
internal static class VideoCatalogue
{
    public const string DefaultModel = "sora-2";
    public const string DefaultSize = "720x1280";
    public const string DefaultSeconds = "4";

    private static readonly string[] SmallSizes = ["720x1280", "1280x720"];
    private static readonly string[] LargeSizes = [.. SmallSizes, "1024x1792", "1792x1024", "1080x1920", "1920x1080"];

    public static IReadOnlyList<string> Models { get; } =
        ["sora-2", "sora-2-pro", "sora-2-2025-10-06", "sora-2-2025-12-08", "sora-2-pro-2025-10-06"];

    public static IReadOnlyList<string> Seconds { get; } = ["4", "8", "12", "16", "20"];

    public static IReadOnlyList<string> Sizes(string model) => IsPro(model) ? LargeSizes : SmallSizes;

    /// <summary>The price in millionths of a dollar.</summary>
    public static long MicroDollars(string model, string size, int seconds) => seconds * PerSecond(model, size);

    private static long PerSecond(string model, string size) => (IsPro(model), size) switch
    {
        (false, _) => 100_000,
        (true, "720x1280" or "1280x720") => 300_000,
        (true, "1024x1792" or "1792x1024") => 500_000,
        (true, _) => 700_000,
    };

    private static bool IsPro(string model) => model.StartsWith("sora-2-pro", StringComparison.Ordinal);
}
