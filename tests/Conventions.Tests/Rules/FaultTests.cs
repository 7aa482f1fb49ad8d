namespace Sora.Conventions.Tests.Rules;

/// <summary>A fault is an exception that nobody catches on the way.</summary>
public sealed class FaultTests
{
    // The few places where whatever comes has to be caught, with the reason.
    private static readonly Dictionary<string, string> Edges = new()
    {
        ["ServiceDefaults/Errors/ErrorEnvelopeMiddleware.cs"] = "the edge of a request: a fault becomes an answer",
        ["ServiceDefaults/Messaging/OutboxRelay.cs"] = "the relay outlives every fault of broker and database",
        ["StorageWorker/Clips/ClipJobs.cs"] = "the edge of one clip: its fault is not the others'",
        ["VideoService/Tracking/JobLoop.cs"] = "the edge of one job: its fault is not the others'",
        ["VideoService/Tracking/WorkLoop.cs"] = "the edge of one worker: its fault ends neither it nor the others",
        ["VideoService/Videos/FactWriter.cs"] = "the fault belongs to whoever handed in the fact",
        ["WebhookService/Deliveries/DeliveryLane.cs"] = "the edge of one delivery: its fault is not the others'",
    };

    private static readonly string[] Promises = ["TODO", "FIXME", "HACK", "XXX"];

    [Fact]
    public void Only_the_edges_catch_whatever_comes()
    {
        Rule.Check(
            CatchAlls(Repository.Files),
            item => item.File.IsTest || Edges.ContainsKey(item.File.Path)
                || Rethrows(item.Clause) || IsFiltered(item.Clause)
                ? null
                : item.File.At(item.Clause));
        Rule.Check(Edges.Keys, path => CatchAlls(Repository.Product)
            .Any(item => item.File.Path == path && !Rethrows(item.Clause) && !IsFiltered(item.Clause))
            ? null
            : $"{path} catches nothing of that kind any more: take it off the list");
    }

    [Fact]
    public void Nothing_is_promised_in_a_comment() => Rule.Check(
        Repository.Files.SelectMany(file => file.Root.DescendantTrivia()
            .Where(trivia => trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia)
            .Select(trivia => (file, text: trivia.ToString().TrimEnd()))),
        item => Promises.Any(word => item.text.Contains(word, StringComparison.Ordinal)) || IsCode(item.text)
            ? $"{item.file}: {item.text}"
            : null);

    private static IEnumerable<(SourceFile File, CatchClauseSyntax Clause)> CatchAlls(IEnumerable<SourceFile> files) =>
        files.SelectMany(file => file.All<CatchClauseSyntax>()
            .Where(clause => clause.Declaration?.Type.ToString() is null or "Exception" or "System.Exception")
            .Select(clause => (file, clause)));

    /// <summary>Nothing is caught that is thrown on: a resource was given back, a span was marked.</summary>
    private static bool Rethrows(CatchClauseSyntax clause) =>
        clause.Block.Statements.LastOrDefault() is ThrowStatementSyntax { Expression: null };

    /// <summary>The filter names the exceptions, itself or in a method that sorts them.</summary>
    private static bool IsFiltered(CatchClauseSyntax clause) =>
        clause.Filter is { } filter
        && clause.Declaration?.Identifier.Text is { Length: > 0 } name
        && filter.DescendantNodes().OfType<IsPatternExpressionSyntax>()
            .Any(pattern => pattern.Expression.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>()
                .Any(identifier => identifier.Identifier.Text == name));

    // A sentence may end in a semicolon's neighbours, never in the semicolon itself.
    private static bool IsCode(string comment) =>
        comment.StartsWith("//", StringComparison.Ordinal) && (comment.EndsWith(';') || comment is "// {" or "// }");
}
