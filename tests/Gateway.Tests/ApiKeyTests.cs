using Sora.Gateway.ApiKeys;
using Xunit;

namespace Sora.Gateway.Tests;

/// <summary>The key as text.</summary>
public sealed class ApiKeyTests
{
    [Fact]
    public void A_key_is_recognisable_and_reads_back_as_itself()
    {
        var (key, text) = ApiKey.Create();
        var read = ApiKey.Parse(text);

        Assert.Matches("^sora_live_[0-9A-Za-z]{49}$", text);
        Assert.Equal((text[..18], 32), (key.Prefix, key.Digest.Length));
        Assert.Equal(key.Digest, read?.Digest);
        Assert.DoesNotContain(text[18..], key.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_are_random_in_every_character()
    {
        var texts = Enumerable.Range(0, 2000).Select(_ => ApiKey.Create().Text).ToList();

        Assert.Equal(texts.Count, texts.Distinct().Count());
        Assert.All(Enumerable.Range(10, 43), position =>
            Assert.Equal(62, texts.Select(text => text[position]).Distinct().Count()));
    }

    [Fact]
    public void A_typo_anywhere_is_noticed_without_a_look_up()
    {
        var (_, text) = ApiKey.Create();
        foreach (var position in Enumerable.Range(0, text.Length))
        {
            foreach (var typo in "0Az_ -é\n".Where(character => character != text[position]))
            {
                Assert.Null(ApiKey.Parse(text[..position] + typo + text[(position + 1)..]));
            }
        }
    }

    [Fact]
    public void Text_of_another_length_is_no_key()
    {
        var (_, text) = ApiKey.Create();

        Assert.All(
            ["", "sora_live_", text[..^1], text + "0", " " + text, text + "\n"],
            other => Assert.Null(ApiKey.Parse(other)));
    }

    [Fact]
    public void The_checksum_never_changes()
    {
        // A key handed out once stays valid in every later version.
        Assert.NotNull(ApiKey.Parse("sora_live_" + new string('0', 43) + "t1JK61"));
    }
}
