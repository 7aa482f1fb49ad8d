using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Sora.Gateway.Accounts;

/// <summary>Hashes and checks passwords with the framework's hasher: PBKDF2 with HMAC-SHA512 and a salt of 128 bits.</summary>
internal sealed class Passwords
{
    /// <summary>What NIST SP 800-63B-4, 3.1.1.2, asks of a password that is the only factor.</summary>
    public const int MinimumLength = 15;

    // Long enough for any passphrase; the hash takes the same time for all.
    private const int MaximumLength = 200;

    private const int FewestDifferentCharacters = 5;

    // OWASP, Password Storage Cheat Sheet, for PBKDF2 with HMAC-SHA512.
    private const int Iterations = 210_000;

    private readonly PasswordHasher<string> _hasher = new(
        Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));

    private readonly string _nobodys;

    public Passwords()
    {
        _nobodys = Hash(RandomNumberGenerator.GetHexString(MinimumLength));
    }

    /// <summary>What is kept of a password.</summary>
    public string Hash(string password) => _hasher.HashPassword("", password);

    /// <summary>
    /// Whether it is the password. Without a hash the answer is no and takes as long, so that time does not tell who has
    /// an account.
    /// </summary>
    public PasswordVerdict Verify(string? hash, string password)
    {
        var result = _hasher.VerifyHashedPassword("", hash ?? _nobodys, password);
        return hash is null || result is PasswordVerificationResult.Failed ? PasswordVerdict.Wrong
            : result is PasswordVerificationResult.SuccessRehashNeeded ? PasswordVerdict.RightButOutdated
            : PasswordVerdict.Right;
    }

    /// <summary>Why a new password is refused, for its owner to read; null where it is fine.</summary>
    public static string? WhyRefused(string password, string email) =>
        password.Length is < MinimumLength or > MaximumLength
            ? $"It must have {MinimumLength} to {MaximumLength} characters."
            : password.Distinct().Count() < FewestDifferentCharacters
                ? $"It must have at least {FewestDifferentCharacters} different characters."
                : password.Contains(email.Split('@')[0], StringComparison.OrdinalIgnoreCase) && email.IndexOf('@') > 3
                    ? "It must not contain your e-mail address."
                    : null;
}

/// <summary>What came of checking a password.</summary>
internal enum PasswordVerdict
{
    Wrong,
    Right,

    /// <summary>Right, and hashed as one no longer does: hash it anew.</summary>
    RightButOutdated,
}
