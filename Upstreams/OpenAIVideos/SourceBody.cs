using System.Text.Json.Nodes;

namespace Sora.Upstreams.OpenAIVideos;

/// <summary>The fields of what starts from a video: an edit, an extension, a character.</summary>
internal static class SourceBody
{
    private const string Mp4 = "video/mp4";

    /// <summary>The operation's word in the path.</summary>
    public static string Operation(SourceUse use) => use is SourceUse.Edit ? "edits" : "extensions";

    public static JsonObject Json(VideoSubmission submission, SubmissionSource source)
    {
        var json = new JsonObject
        {
            ["prompt"] = submission.Prompt,
            ["video"] = new JsonObject { ["id"] = source.UpstreamId },
        };
        if (source.Use is SourceUse.Extension)
        {
            json["seconds"] = $"{submission.Seconds}";
        }

        return json;
    }

    /// <summary>With a file the model has to be named, as there is no video to take it from.</summary>
    public static MultipartFormDataContent Form(VideoSubmission submission, SubmissionSource source)
    {
        var form = SubmissionBody.EmptyForm();
        SubmissionBody.AddText(form, "prompt", submission.Prompt);
        if (source.Use is SourceUse.Extension)
        {
            SubmissionBody.AddText(form, "seconds", $"{submission.Seconds}");
        }

        if (source.File is { } file)
        {
            SubmissionBody.AddText(form, "model", submission.Model);
            SubmissionBody.AddFile(form, "video", "source.mp4", Mp4, Content(file));
        }
        else
        {
            SubmissionBody.AddText(form, "video[id]", source.UpstreamId!);
        }

        return form;
    }

    public static MultipartFormDataContent CharacterForm(string name, VideoFile clip)
    {
        var form = SubmissionBody.EmptyForm();
        SubmissionBody.AddText(form, "name", name);
        SubmissionBody.AddFile(form, "video", "character.mp4", Mp4, Content(clip));
        return form;
    }

    private static StreamContent Content(VideoFile file) =>
        new(file.Content) { Headers = { ContentLength = file.Length } };
}
