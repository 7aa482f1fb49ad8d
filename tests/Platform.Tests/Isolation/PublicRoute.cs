using System.Collections;
using System.Reflection;
using Sora.TestServers.Platform;

namespace Sora.Platform.Tests.Isolation;

/// <summary>A row of the gateway's route table, read from the very assembly that runs.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path's pattern.</param>
/// <param name="Scope">What the caller's key must allow.</param>
internal sealed record PublicRoute(string Method, string Path, string Scope)
{
    /// <summary>The whole table. Only <c>/auth/oidc</c> is not in it, which is off unless configured.</summary>
    public static IReadOnlyList<PublicRoute> ReadTable()
    {
        var routes = Assembly.LoadFrom(Repository.Assembly("Gateway")).GetType("Sora.Gateway.Routes", throwOnError: true)!;
        var table = (IEnumerable)routes.GetField("Table")!.GetValue(null)!;
        return [.. table.Cast<object>().Select(row =>
            new PublicRoute(Text(row, nameof(Method)), Text(row, nameof(Path)), Text(row, nameof(Scope))))];
    }

    /// <summary>How many segments of a path this route names literally; -1 where it does not take the request.</summary>
    public int Fit(string method, string path)
    {
        var (wanted, own) = (path.Split('?')[0].Split('/'), Path.Split('/'));
        var fits = method == Method && wanted.Length == own.Length
            && own.Zip(wanted).All(pair => pair.First == pair.Second || pair.First.StartsWith('{'));
        return fits ? own.Count(segment => !segment.StartsWith('{')) : -1;
    }

    private static string Text(object row, string property) =>
        (string)row.GetType().GetProperty(property)!.GetValue(row)!;
}
