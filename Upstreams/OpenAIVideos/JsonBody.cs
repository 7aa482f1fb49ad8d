using System.ClientModel.Primitives;
using System.Text.Json;

namespace Sora.Upstreams.OpenAIVideos;

/// <summary>Reads the JSON object of an answer, up to a size that no honest answer reaches.</summary>
internal static class JsonBody
{
    /// <summary>Bytes that an answer about one video may have.</summary>
    public const int OneVideo = 1024 * 1024;

    /// <summary>
    /// Bytes that a page of a list may have: every video may echo a prompt of 32 000 escaped characters.
    /// </summary>
    public const int OnePage = 16 * 1024 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32 };

    /// <summary>
    /// The object, or the fault that stands in its way: an answer's status counts even when its body is broken.
    /// </summary>
    public static async Task<(JsonElement? Body, string? Fault)> ReadAsync(
        PipelineResponse response, int largest, CancellationToken cancellationToken)
    {
        if (UpstreamCalls.LengthOf(response) > largest)
        {
            return (null, UpstreamFaults.AnswerTooLarge);
        }

        try
        {
            using var bytes = new MemoryStream();
            return await CopyAsync(response.ContentStream ?? Stream.Null, bytes, largest, cancellationToken)
                ? (Parse(bytes), null)
                : (null, UpstreamFaults.AnswerTooLarge);
        }
        catch (JsonException)
        {
            return (null, UpstreamFaults.AnswerUnreadable);
        }
        catch (IOException)
        {
            return (null, UpstreamFaults.ConnectionLost);
        }
        catch (OperationCanceledException)
        {
            return (null, UpstreamFaults.TimedOut);
        }
    }

    private static async Task<bool> CopyAsync(
        Stream source, MemoryStream bytes, int largest, CancellationToken cancellationToken)
    {
        var buffer = new byte[8192];
        int read;
        while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (bytes.Length + read > largest)
            {
                return false;
            }

            bytes.Write(buffer, 0, read);
        }

        return true;
    }

    private static JsonElement Parse(MemoryStream bytes)
    {
        bytes.Position = 0;
        using var document = JsonDocument.Parse(bytes, Strict);
        return document.RootElement.ValueKind == JsonValueKind.Object
            ? document.RootElement.Clone()
            : throw new JsonException("The answer is not an object.");
    }
}
