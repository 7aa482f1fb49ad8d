using System.ClientModel;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Sora.Upstreams.OpenAIVideos;

/// <summary>The body of a submission, which knows whether any of it may have left.</summary>
/// <remarks>
/// No server can accept a video whose request body it has not seen, so <see cref="Started"/> tells "surely not
/// accepted" from "perhaps" without guessing from exceptions. HttpClient asks for the body only once it has a
/// connection, TLS included, and never sends a request again whose body has begun.
/// </remarks>
internal sealed class SubmissionBody : BinaryContent
{
    private readonly HttpContent _content;

    private SubmissionBody(HttpContent content) => _content = content;

    /// <summary>Whether the body has begun to leave.</summary>
    public bool Started { get; private set; }

    /// <summary>The value of its <c>Content-Type</c> header.</summary>
    public string ContentType => _content.Headers.ContentType!.ToString();

    public static SubmissionBody For(VideoSubmission submission, Dialect dialect) => submission switch
    {
        { RemixOf: not null } => Json(new JsonObject { ["prompt"] = submission.Prompt }),
        { Source: { File: null } source } when dialect.CreateEncoding == CreateEncoding.Json =>
            Json(SourceBody.Json(submission, source)),
        { Source: { } source } => new SubmissionBody(SourceBody.Form(submission, source)),
        _ when dialect.CreateEncoding == CreateEncoding.Json => Json(CreateJson(submission, dialect)),
        _ => new SubmissionBody(CreateForm(submission, dialect)),
    };

    public static SubmissionBody ForCharacter(string name, VideoFile clip) => new(SourceBody.CharacterForm(name, clip));

    public override bool TryComputeLength(out long length)
    {
        length = _content.Headers.ContentLength ?? 0;
        return _content.Headers.ContentLength is not null;
    }

    public override void WriteTo(Stream stream, CancellationToken cancellationToken = default)
    {
        Started = true;
        _content.CopyTo(stream, context: null, cancellationToken);
    }

    public override Task WriteToAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        Started = true;
        return _content.CopyToAsync(stream, cancellationToken);
    }

    public override void Dispose() => _content.Dispose();

    private static SubmissionBody Json(JsonObject json)
    {
        var content = new StringContent(json.ToJsonString());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return new SubmissionBody(content);
    }

    private static JsonObject CreateJson(VideoSubmission submission, Dialect dialect)
    {
        var json = new JsonObject
        {
            ["model"] = submission.Model,
            ["prompt"] = submission.Prompt,
            ["seconds"] = dialect.SecondsAreNumber ? submission.Seconds : $"{submission.Seconds}",
            ["size"] = submission.Size,
        };
        if (submission.Reference is { } image)
        {
            var url = $"data:{image.ContentType};base64,{Convert.ToBase64String(image.Bytes.Span)}";
            json["input_reference"] = dialect.ReferenceIsText ? url : new JsonObject { ["image_url"] = url };
        }

        foreach (var (name, value) in dialect.Fields)
        {
            json[name] = value;
        }

        if (submission.Characters.Count > 0)
        {
            json["characters"] = new JsonArray([.. submission.Characters.Select(id => new JsonObject { ["id"] = id })]);
        }

        return json;
    }

    // Quoted names, a bare boundary and no Content-Type on text parts: the form that every known parser reads.
    internal static MultipartFormDataContent EmptyForm()
    {
        var boundary = $"sora-{Guid.NewGuid():N}";
        var form = new MultipartFormDataContent(boundary);
        form.Headers.ContentType = MediaTypeHeaderValue.Parse($"multipart/form-data; boundary={boundary}");
        return form;
    }

    private static MultipartFormDataContent CreateForm(VideoSubmission submission, Dialect dialect)
    {
        var form = EmptyForm();
        AddText(form, "model", submission.Model);
        AddText(form, "prompt", submission.Prompt);
        AddText(form, "seconds", $"{submission.Seconds}");
        AddText(form, "size", submission.Size);
        foreach (var (name, value) in dialect.Fields)
        {
            AddText(form, name, value);
        }

        if (submission.Reference is { } image)
        {
            AddFile(
                form, "input_reference", $"reference.{image.ContentType.Split('/')[^1]}", image.ContentType,
                new ReadOnlyMemoryContent(image.Bytes));
        }

        foreach (var character in submission.Characters)
        {
            AddText(form, "characters[][id]", character);
        }

        return form;
    }

    internal static void AddText(MultipartFormDataContent form, string name, string value)
    {
        var part = new StringContent(value);
        part.Headers.ContentType = null;
        form.Add(part, $"\"{name}\"");
    }

    internal static void AddFile(
        MultipartFormDataContent form, string name, string fileName, string contentType, HttpContent file)
    {
        file.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        file.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data")
        {
            Name = $"\"{name}\"",
            FileName = $"\"{fileName}\"",
        };
        form.Add(file);
    }
}
