using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Sora.Gateway.Invitations;

/// <summary>Section <c>Invitations</c>.</summary>
public sealed class InvitationOptions
{
    /// <summary>How long an invitation may be accepted. A week unless set.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "90.00:00:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(7);
}

[OptionsValidator]
internal sealed partial class InvitationOptionsValidator : IValidateOptions<InvitationOptions>;
