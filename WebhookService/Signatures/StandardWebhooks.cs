using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sora.WebhookService.Signatures;

/// <summary>
/// Verifies webhooks signed as the Standard Webhooks specification 1.0 says and OpenAI's SDKs do. The
/// messages are those of the SDKs; none of them helps to forge a signature.
/// </summary>
public static class StandardWebhooks
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    /// <summary>
    /// A sender that rotates its secret sends a few signatures; a flood of them is not looked at.
    /// </summary>
    private const int MaximumSignatures = 32;

    private const int MaximumIdLength = 200;

    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Says what is wrong with a webhook, or null when one of the secrets signed exactly this, now.
    /// </summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="body">The body's bytes as they came.</param>
    /// <param name="secrets">The secrets that are valid now: two while one replaces the other.</param>
    /// <param name="now">The time; a webhook may be up to five minutes older or newer.</param>
    public static SignatureFault? FindFault(
        IHeaderDictionary headers, byte[] body, IReadOnlyList<WebhookSecret> secrets, DateTimeOffset now)
    {
        foreach (var name in new[] { IdHeader, TimestampHeader, SignatureHeader })
        {
            if (headers[name] is not [{ Length: > 0 }])
            {
                return new SignatureFault(true, $"Missing required header: {name}");
            }
        }

        var (id, timestamp) = (headers[IdHeader].ToString(), headers[TimestampHeader].ToString());

        // What is signed joins the three by dots; one inside would let a part of one pass for the next.
        if (id.Length > MaximumIdLength || !Ascii.IsValid(id) || id.AsSpan().ContainsAny(" ."))
        {
            return new SignatureFault(true, "Invalid webhook id format");
        }

        return FindTimeFault(timestamp, now)
            ?? (IsSigned(headers[SignatureHeader].ToString(), id, timestamp, body, secrets)
                ? null
                : new SignatureFault(false, "The given webhook signature does not match the expected signature"));
    }

    private static SignatureFault? FindTimeFault(string timestamp, DateTimeOffset now)
    {
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var sentAt))
        {
            return new SignatureFault(true, "Invalid webhook timestamp format");
        }

        return (now.ToUnixTimeSeconds() - sentAt) switch
        {
            var age when age > Tolerance.TotalSeconds => new SignatureFault(false, "Webhook timestamp is too old"),
            var age when age < -Tolerance.TotalSeconds => new SignatureFault(false, "Webhook timestamp is too new"),
            _ => null,
        };
    }

    private static bool IsSigned(
        string header, string id, string timestamp, byte[] body, IReadOnlyList<WebhookSecret> secrets)
    {
        var expected = secrets.SelectMany(secret => secret.Expect(id, timestamp, body)).ToList();
        var isSigned = false;
        foreach (var signature in Signatures(header))
        {
            foreach (var candidate in expected)
            {
                isSigned |= CryptographicOperations.FixedTimeEquals(candidate, signature);
            }
        }

        return isSigned;
    }

    /// <summary>
    /// The base64 texts of the header's <c>v1</c> entries; other versions are not ours to judge. A bare one
    /// counts on its own. Texts are compared, not bytes, since base64 has several texts for the same bytes.
    /// </summary>
    private static IEnumerable<byte[]> Signatures(string header)
    {
        const string Version = "v1,";
        var entries = header.Split(' ', MaximumSignatures + 1);
        foreach (var entry in entries.Take(MaximumSignatures))
        {
            if (entry.StartsWith(Version, StringComparison.Ordinal))
            {
                yield return Encoding.UTF8.GetBytes(entry[Version.Length..]);
            }
            else if (entries.Length == 1)
            {
                yield return Encoding.UTF8.GetBytes(entry);
            }
        }
    }
}

/// <summary>Why a webhook is not believed.</summary>
/// <param name="IsMalformed">It could not be checked at all, as opposed to one that was checked and failed.</param>
/// <param name="Message">The reason, in the words of OpenAI's SDKs.</param>
public sealed record SignatureFault(bool IsMalformed, string Message);
