using System.Globalization;
using System.Text;
using Sora.WebhookService.Signatures;
using Xunit;

namespace Sora.WebhookService.Tests;

/// <summary>The signature itself, against the vectors of OpenAI's SDKs and of Standard Webhooks.</summary>
public sealed class StandardWebhooksTests
{
    private const string Secret = "whsec_RdvaYFYUXuIFuEbvZHwMfYFhUf7aMYjYcmM24+Aj40c=";
    private const string Id = "wh_685c059ae39c8190af8c71ed1022a24d";
    private const long SentAt = 1750861210;
    private const string Mismatch = "The given webhook signature does not match the expected signature";

    private const string Body =
        """{"id":"evt_685c059ae3a481909bdc86819b066fb6","object":"event","created_at":1750861210"""
        + ""","type":"video.completed","data":{"id":"video_123"}}""";

    private const string Signature = "v1,stZqUqKn9cFPn8b+NoFQTT7do6Db+UbvkwZSc5/7+Ag=";

    public static TheoryData<string, string, long, string, string> Vectors => new()
    {
        {
            Secret, Id, SentAt,
            """{"id": "evt_685c059ae3a481909bdc86819b066fb6", "object": "event", "created_at": 1750861210"""
            + """, "type": "response.completed", "data": {"id": "resp_123"}}""",
            "v1,gUAg4R2hWouRZqRQG4uJypNS8YK885G838+EHb4nKBY="
        },
        { Secret, Id, SentAt, Body, Signature },
        {
            Secret, Id, SentAt, Body.Replace("video.completed", "video.failed", StringComparison.Ordinal),
            "v1,PZUpNaOOUFw+9T8I8g0ih1xomEgXYUdb0tll/JQA3Ls="
        },
        {
            "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", Id, SentAt, Body,
            "v1,7w2YZhIMaWl1dqGKZ7wmV4HlUzvxxJvLtsrQzJFmK9Y="
        },
        {
            "synthetic-webhook-secret", "evt_synthetic", 1750000000, """{"synthetic": "café"}""",
            "v1,qzuLCtHIXTcfJr8yxIcKC07cOqyNSgdmZRut6AFa+RA="
        },
        {
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
            """{"test": 2432232314}""",
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_known_vector_is_signed_and_accepted(
        string secret, string id, long sentAt, string body, string signature)
    {
        var timestamp = sentAt.ToString(CultureInfo.InvariantCulture);

        Assert.Equal(signature, new WebhookSecret(secret).Sign(id, timestamp, Encoding.UTF8.GetBytes(body)));
        Assert.Null(FindFault(secret, id, timestamp, body, signature, sentAt));
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(300, null)]
    [InlineData(-300, null)]
    [InlineData(301, "Webhook timestamp is too old")]
    [InlineData(-301, "Webhook timestamp is too new")]
    [InlineData(400, "Webhook timestamp is too old")]
    [InlineData(-400, "Webhook timestamp is too new")]
    public void A_webhook_may_be_five_minutes_off(int age, string? fault) =>
        Assert.Equal(fault, FindFault(now: SentAt + age));

    [Theory]
    [InlineData("hello")]
    [InlineData("1750861210.0")]
    [InlineData("+1750861210")]
    [InlineData("-1750861210")]
    [InlineData(" 1750861210")]
    [InlineData("1750861210 ")]
    [InlineData("1,750,861,210")]
    [InlineData("0x685C059A")]
    [InlineData("99999999999999999999")]
    public void A_timestamp_is_digits(string timestamp) =>
        Assert.Equal("Invalid webhook timestamp format", FindFault(timestamp: timestamp));

    [Theory]
    [InlineData("webhook-id")]
    [InlineData("webhook-timestamp")]
    [InlineData("webhook-signature")]
    public void Each_header_is_there_exactly_once(string name)
    {
        Assert.Equal($"Missing required header: {name}", FindFault(headers => headers.Remove(name)));
        Assert.Equal($"Missing required header: {name}", FindFault(headers => headers[name] = ""));
        Assert.Equal($"Missing required header: {name}", FindFault(headers => headers.Append(name, headers[name])));
    }

    [Theory]
    [InlineData("v1,AAAA {valid}")]
    [InlineData("{valid} v1,AAAA")]
    [InlineData("v1,AAAA v2,BBBB {valid} v1,CCCC")]
    [InlineData("v1a,AAAA {valid}")]
    [InlineData("{bare}")]
    [InlineData("{31 others} {valid}")]
    public void One_valid_signature_among_the_first_32_is_enough(string header) =>
        Assert.Null(FindFault(signature: Expand(header)));

    [Theory]
    [InlineData("v1,AAAA v1,BBBB")]
    [InlineData("v1,")]
    [InlineData("v1")]
    [InlineData(",")]
    [InlineData("=")]
    [InlineData("v2,{bare}")]
    [InlineData("V1,{bare}")]
    [InlineData("v1, {bare}")]
    [InlineData("v1,{bare},")]
    [InlineData("{truncated}")]
    [InlineData("{valid}{valid}")]
    [InlineData("{31 others} v1,AAAA {valid}")]
    public void Anything_else_does_not_match(string header) =>
        Assert.Equal(Mismatch, FindFault(signature: Expand(header)));

    [Fact]
    public void Every_change_of_one_byte_is_noticed()
    {
        foreach (var mutant in Mutants(Signature))
        {
            Assert.NotNull(FindFault(signature: mutant));
        }

        foreach (var mutant in Mutants(Id))
        {
            Assert.NotNull(FindFault(id: mutant));
        }

        foreach (var mutant in Mutants($"{SentAt}"))
        {
            Assert.NotNull(FindFault(timestamp: mutant));
        }

        foreach (var mutant in Mutants(Body))
        {
            Assert.NotNull(FindFault(body: mutant));
        }
    }

    [Theory]
    [InlineData("wh_1.2")]
    [InlineData("wh 1")]
    [InlineData("wh_é")]
    public void An_id_that_could_be_read_otherwise_is_refused(string id)
    {
        var signature = new WebhookSecret(Secret).Sign(id, $"{SentAt}", Encoding.UTF8.GetBytes(Body));

        Assert.Equal("Invalid webhook id format", FindFault(id: id, signature: signature));
    }

    [Fact]
    public void Either_secret_of_a_rotation_is_accepted_and_no_third()
    {
        WebhookSecret[] secrets = [new("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="), new(Secret)];
        var stranger = new WebhookSecret("another").Sign(Id, $"{SentAt}", Encoding.UTF8.GetBytes(Body));

        Assert.All(
            new[] { Signature, "v1,7w2YZhIMaWl1dqGKZ7wmV4HlUzvxxJvLtsrQzJFmK9Y=" },
            signature => Assert.Null(FindFault(signature: signature, secrets: secrets)));
        Assert.Equal(Mismatch, FindFault(signature: stranger, secrets: secrets));
    }

    [Fact]
    public void A_secret_without_its_prefix_is_still_the_same()
    {
        Assert.Null(FindFault(secret: Secret["whsec_".Length..]));
    }

    [Fact]
    public void An_empty_body_can_be_signed()
    {
        Assert.Null(FindFault(body: "", signature: new WebhookSecret(Secret).Sign(Id, $"{SentAt}", [])));
    }

    [Theory]
    [InlineData("")]
    [InlineData("whsec_")]
    [InlineData("whsec_not base64!")]
    public void A_secret_that_is_none_is_refused_at_once(string text) =>
        Assert.Throws<FormatException>(() => new WebhookSecret(text));

    private static string Expand(string header) => header
        .Replace("{valid}", Signature, StringComparison.Ordinal)
        .Replace("{bare}", Signature["v1,".Length..], StringComparison.Ordinal)
        .Replace("{truncated}", Signature[..^1], StringComparison.Ordinal)
        .Replace("{31 others}", string.Join(' ', Enumerable.Repeat("v1,AAAA", 31)), StringComparison.Ordinal);

    /// <summary>The text with each of its bytes replaced by each other.</summary>
    private static IEnumerable<string> Mutants(string text) =>
        from position in Enumerable.Range(0, text.Length)
        from value in Enumerable.Range(0, 256)
        where text[position] != value
        select $"{text[..position]}{(char)value}{text[(position + 1)..]}";

    private static string? FindFault(Action<HeaderDictionary> spoil)
    {
        var headers = Headers(Id, $"{SentAt}", Signature);
        spoil(headers);
        return StandardWebhooks.FindFault(
            headers,
            Encoding.UTF8.GetBytes(Body),
            [new WebhookSecret(Secret)],
            DateTimeOffset.FromUnixTimeSeconds(SentAt))?.Message;
    }

    private static string? FindFault(
        string secret = Secret,
        string id = Id,
        string? timestamp = null,
        string body = Body,
        string signature = Signature,
        long now = SentAt,
        WebhookSecret[]? secrets = null) =>
        StandardWebhooks.FindFault(
            Headers(id, timestamp ?? $"{SentAt}", signature),
            Encoding.UTF8.GetBytes(body),
            secrets ?? [new WebhookSecret(secret)],
            DateTimeOffset.FromUnixTimeSeconds(now))?.Message;

    private static HeaderDictionary Headers(string id, string timestamp, string signature) => new()
    {
        ["webhook-id"] = id,
        ["webhook-timestamp"] = timestamp,
        ["webhook-signature"] = signature,
    };
}
