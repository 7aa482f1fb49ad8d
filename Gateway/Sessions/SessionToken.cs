using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Sora.Gateway.Sessions;

/// <summary>What a browser holds of a session: 256 random bits in a cookie that no script can read.</summary>
/// <param name="Text">The cookie's value.</param>
internal sealed record SessionToken(string Text)
{
    // __Host-: the browser takes and sends it only over https or to loopback, for this host alone (RFC 6265bis, 4.1.3.2).
    public const string Cookie = "__Host-sora";

    private const int RandomBytes = 32;
    private const int TextLength = 43;

    /// <summary>SHA-256, the only trace of it that is kept: random bits need no slow hash.</summary>
    public byte[] Digest { get; } = SHA256.HashData(Encoding.ASCII.GetBytes(Text));

    public static SessionToken Create() => new(RandomText());

    /// <summary>256 random bits as text.</summary>
    public static string RandomText() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>The request's, or null where there is none that could be one.</summary>
    public static SessionToken? Read(HttpRequest request) =>
        request.Cookies[Cookie] is { Length: TextLength } text && Base64Url.IsValid(text) ? new SessionToken(text) : null;

    /// <summary>Gives it to the browser. Sent along by links from other sites, never by their forms and scripts.</summary>
    public void Write(HttpResponse response, TimeSpan lifetime) => response.Cookies.Append(Cookie, Text, Options(lifetime));

    /// <summary>Takes it from the browser.</summary>
    public static void Erase(HttpResponse response) => response.Cookies.Delete(Cookie, Options(null));

    /// <summary>Safe for logs.</summary>
    public override string ToString() => nameof(SessionToken);

    private static CookieOptions Options(TimeSpan? lifetime) => new()
    {
        HttpOnly = true,
        Secure = true,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        MaxAge = lifetime,
        IsEssential = true,
    };
}
