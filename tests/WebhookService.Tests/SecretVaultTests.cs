using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Sora.WebhookService.Endpoints;
using Xunit;

namespace Sora.WebhookService.Tests;

/// <summary>How signing secrets lie in the database.</summary>
public sealed class SecretVaultTests
{
    private const string Secret = "whsec_RdvaYFYUXuIFuEbvZHwMfYFhUf7aMYjYcmM24+Aj40c=";

    private static readonly string Key = NewKey();

    [Fact]
    public void What_is_sealed_opens_and_never_looks_the_same()
    {
        var vault = Vault(Key);

        Assert.Equal(Secret, vault.Open("whe_1", vault.Seal("whe_1", Secret)));
        Assert.NotEqual(vault.Seal("whe_1", Secret), vault.Seal("whe_1", Secret));
    }

    [Fact]
    public void A_secret_opens_only_for_its_endpoint() => Assert.ThrowsAny<CryptographicException>(
        () => Vault(Key).Open("whe_2", Vault(Key).Seal("whe_1", Secret)));

    [Fact]
    public void Every_change_of_one_bit_is_noticed()
    {
        var vault = Vault(Key);
        for (var index = 0; index < vault.Seal("whe_1", Secret).Length; index++)
        {
            var bytes = vault.Seal("whe_1", Secret);
            bytes[index] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => vault.Open("whe_1", bytes));
        }
    }

    [Fact]
    public void An_old_key_still_opens_and_the_new_one_seals()
    {
        var next = NewKey();
        var old = Vault(Key).Seal("whe_1", Secret);
        var both = Vault(next, Key);

        Assert.Equal(Secret, both.Open("whe_1", old));
        Assert.Equal(Secret, Vault(next).Open("whe_1", both.Seal("whe_1", Secret)));
        Assert.ThrowsAny<CryptographicException>(() => Vault(next).Open("whe_1", old));
    }

    [Theory]
    [InlineData()]
    [InlineData("")]
    [InlineData("not base64")]
    [InlineData("c2hvcnQ=")]
    public void A_key_that_is_none_is_refused_by_its_name(params string[] keys)
    {
        var verdict = new SealingKeysValidator().Validate(null, new EndpointOptions { SealingKeys = keys });

        Assert.Contains("Endpoints:SealingKeys", verdict.FailureMessage);
    }

    private static SecretVault Vault(params string[] keys) =>
        new(Options.Create(new EndpointOptions { SealingKeys = keys }));

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
