using System.Security.Cryptography;
using System.Text;
using Sora.Gateway.Sessions;

namespace Sora.Gateway.Invitations;

/// <summary>What somebody who is invited holds: whoever has it is taken for the owner of the e-mail address.</summary>
internal static class InvitationToken
{
    private const string Kind = "inv_";
    private const int Length = 47;

    /// <summary>Makes one. It is given out this once.</summary>
    public static string Create() => Kind + SessionToken.RandomText();

    /// <summary>What is kept of it; null for a text that cannot be one.</summary>
    public static byte[]? DigestOf(string? text) =>
        text is { Length: Length } && text.StartsWith(Kind, StringComparison.Ordinal)
            ? SHA256.HashData(Encoding.UTF8.GetBytes(text))
            : null;

    /// <summary>
    /// The studio's page that accepts it, relative to wherever the studio lies. What follows <c>#</c> is sent to no
    /// server and stands in no log.
    /// </summary>
    public static string Link(string token) => $"/invitation#{token}";
}
