using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Sora.StorageWorker.Shares;

/// <summary>Section <c>Shares</c>: links that need no key.</summary>
public sealed class ShareOptions
{
    /// <summary>How long a link lives when its maker does not say. 1 min to 365 d, 7 days unless set.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>The longest that anyone may ask for. 1 min to 365 d, 30 days unless set.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan MaxLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Where the gateway is reached from outside, for example <c>https://sora.example.com</c>; without it, a link is the
    /// path alone.
    /// </summary>
    public Uri? PublicUrl { get; set; }
}

/// <summary>The ranges that the attributes say, and the order of the two lifetimes.</summary>
[OptionsValidator]
internal sealed partial class ShareOptionsRanges : IValidateOptions<ShareOptions>;

/// <summary>The rules across settings.</summary>
internal sealed class ShareOptionsValidator : IValidateOptions<ShareOptions>
{
    private readonly ShareOptionsRanges _ranges = new();

    public ValidateOptionsResult Validate(string? name, ShareOptions options) => options switch
    {
        _ when _ranges.Validate(name, options) is { Failed: true } failed => failed,
        { PublicUrl: { } url } when !url.IsAbsoluteUri || url.Scheme is not ("http" or "https") || url.Query.Length > 0 =>
            ValidateOptionsResult.Fail("Shares:PublicUrl must be an absolute http or https address without a query."),
        _ when options.Lifetime > options.MaxLifetime => ValidateOptionsResult.Fail(
            $"Shares:Lifetime ({options.Lifetime}) is longer than Shares:MaxLifetime ({options.MaxLifetime})."),
        _ => ValidateOptionsResult.Success,
    };
}
