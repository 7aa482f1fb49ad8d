using System.Net.Mail;

namespace Sora.Gateway.Accounts;

/// <summary>An e-mail address as accounts go by it: in lower case, so that one person is one account.</summary>
internal static class EmailAddress
{
    // RFC 5321, 4.5.3.1.3, less the angle brackets.
    private const int MaximumLength = 254;

    /// <summary>The address, or null where the text is none, or more than one, or one with a name around it.</summary>
    public static string? Parse(string? text) =>
        text is { Length: > 0 and <= MaximumLength }
        && !text.Any(char.IsControl)
        && MailAddress.TryCreate(text, out var address)
        && address.Address == text
            ? text.ToLowerInvariant()
            : null;

    /// <summary>The part behind the <c>@</c>.</summary>
    public static string DomainOf(string address) => address[(address.LastIndexOf('@') + 1)..];
}
