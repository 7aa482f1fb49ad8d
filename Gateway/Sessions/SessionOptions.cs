using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Sora.Gateway.Sessions;

/// <summary>Section <c>Sessions</c>: how long somebody stays signed in, and how often one may try to.</summary>
public sealed class SessionOptions
{
    /// <summary>How long a session lives without a request; kept to the minute. An hour unless set.</summary>
    [Range(typeof(TimeSpan), "00:02:00", "30.00:00:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a session lives at all, however busy. A day unless set.</summary>
    [Range(typeof(TimeSpan), "00:02:00", "90.00:00:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Wrong passwords for one account within the window before it has to wait. Ten unless set.</summary>
    [Range(1, 100)] // NIST SP 800-63B-4, 3.2.2
    public int TriesPerAccount { get; set; } = 10;

    /// <summary>Wrong passwords from one address (of IPv6, from one /64) within the window. A hundred unless set.</summary>
    [Range(1, 100_000)]
    public int TriesPerAddress { get; set; } = 100;

    /// <summary>How long tries are remembered. A quarter of an hour unless set.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan TryWindow { get; set; } = TimeSpan.FromMinutes(15);
}

/// <summary>Checks each figure, and that a session is not idle for longer than it lives.</summary>
internal sealed class SessionOptionsValidator : IValidateOptions<SessionOptions>
{
    public ValidateOptionsResult Validate(string? name, SessionOptions options)
    {
        var figures = new SessionFiguresValidator().Validate(name, options);
        return figures.Failed || options.IdleTimeout <= options.Lifetime
            ? figures
            : ValidateOptionsResult.Fail(
                $"Sessions:IdleTimeout ({options.IdleTimeout}) must not exceed Sessions:Lifetime ({options.Lifetime})");
    }
}

[OptionsValidator]
internal sealed partial class SessionFiguresValidator : IValidateOptions<SessionOptions>;
