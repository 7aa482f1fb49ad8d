namespace Sora.Conventions.Tests.Sources;

/// <summary>A rule of the house, checked on everything it is about.</summary>
internal static class Rule
{
    /// <summary>Fails with every breach there is, and where there is nothing that could breach it.</summary>
    /// <param name="subjects">All that the rule is about.</param>
    /// <param name="breach">What is wrong with one, or null.</param>
    public static void Check<T>(IEnumerable<T> subjects, Func<T, string?> breach)
    {
        var all = subjects.ToList();
        Assert.True(all.Count > 0, "The rule found nothing to check: is it looking in the right place?");
        var breaches = all.Select(breach).OfType<string>().ToList();
        Assert.True(breaches.Count == 0, $"{breaches.Count} of {all.Count}:\n{string.Join('\n', breaches)}");
    }
}
