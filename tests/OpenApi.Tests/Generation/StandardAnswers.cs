using System.Text.Json.Nodes;

namespace Sora.OpenApi.Tests.Generation;

/// <summary>The answers that any operation can give for the same reasons; <c>skeleton.json</c> describes each once.</summary>
internal static class StandardAnswers
{
    private const string RequestId = "x-request-id";

    private static readonly IReadOnlyList<(string Status, string Name)> Errors =
    [
        ("400", "BadRequest"),
        ("401", "Unauthorized"),
        ("403", "Forbidden"),
        ("404", "NotFound"),
        ("413", "TooLarge"),
        ("415", "UnsupportedMediaType"),
        ("429", "TooMany"),
        ("500", "ServerError"),
        ("503", "Unavailable"),
    ];

    /// <summary>Adds those errors that can happen to the operation, and the request's id to what it answers itself.</summary>
    public static void AddTo(JsonObject operation, string path, bool isAnonymous)
    {
        var responses = operation["responses"]!.AsObject();
        foreach (var (_, response) in responses)
        {
            Header(response!.AsObject(), RequestId);
        }

        foreach (var (status, name) in Errors)
        {
            var happens = status switch
            {
                "401" or "403" => !isAnonymous,
                // A browser session may name a project that is not there.
                "404" => !isAnonymous || path.Contains('{', StringComparison.Ordinal),
                "413" or "415" => operation["requestBody"] is not null,
                _ => true,
            };
            if (happens)
            {
                responses[status] = OperationPatch.Reference("responses", name);
            }
        }
    }

    /// <summary>An answer in the error envelope, for a reason of the operation's own.</summary>
    public static JsonObject Error(string text)
    {
        var response = new JsonObject
        {
            ["description"] = text,
            ["content"] = new JsonObject
            {
                ["application/json"] = new JsonObject { ["schema"] = OperationPatch.Reference("schemas", "ErrorEnvelope") },
            },
        };
        Header(response, RequestId);
        return response;
    }

    private static void Header(JsonObject response, string name)
    {
        response["headers"] ??= new JsonObject();
        response["headers"]![name] = OperationPatch.Reference("headers", name);
    }
}
