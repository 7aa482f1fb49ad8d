using System.Text;
using System.Text.Json;

namespace Sora.VideoService.Tests.Requests;

/// <summary>A create that is refused, and how.</summary>
internal sealed record BadRequest(Func<HttpContent> Body, int Status, string? Param, string? Code);

/// <summary>The catalogue of bad creates.</summary>
internal static class BadRequests
{
    public static readonly IReadOnlyDictionary<string, BadRequest> All = new Dictionary<string, BadRequest>
    {
        ["no prompt"] = Json("{}", "prompt", "missing_required_parameter"),
        ["null prompt"] = Json("""{"prompt":null}""", "prompt", "missing_required_parameter"),
        ["no prompt in a form"] = Form([("model", "sora-2")], "prompt", "missing_required_parameter"),
        ["empty prompt"] = Json("""{"prompt":""}""", "prompt", "string_too_short"),
        ["blank prompt"] = Form([("prompt", " \r\n ")], "prompt", "string_too_short"),
        ["prompt of 32 001 characters"] = Prompt(new string('a', 32_001), "string_too_long"),
        ["prompt of 32 001 pairs"] = Prompt(string.Concat(Enumerable.Repeat("🪁", 32_001)), "string_too_long"),
        ["control character"] = Prompt("a\u0007b", "invalid_characters"),
        ["C1 control character"] = Prompt("a\u0085b", "invalid_characters"),
        ["null character"] = Form([("prompt", "a\0b")], "prompt", "invalid_characters"),
        ["prompt as number"] = Json("""{"prompt":5}""", "prompt", "invalid_type"),
        ["prompt as object"] = Json("""{"prompt":{"text":"a"}}""", "prompt", "invalid_type"),
        ["prompt as empty object"] = Json("""{"prompt":{}}""", "prompt", "invalid_type"),
        ["prompt as array"] = Json("""{"prompt":["a"]}""", "prompt", "invalid_type"),
        ["prompt as array in a form"] = Form([("prompt[]", "a")], "prompt", "invalid_type"),
        ["prompt as file"] = new(
            () => new MultipartFormDataContent { { new StringContent("a"), "prompt", "a.txt" } }, 400, "prompt", "invalid_type"),
        ["prompt twice"] = Form([("prompt", "a"), ("prompt", "b")], "prompt", "duplicate_parameter"),

        ["unknown model"] = With("\"model\":\"sora-9\"", "model", "model_not_found"),
        ["model with odd characters"] = With("\"model\":\"\\u0000🪁\"", "model", "model_not_found"),
        ["retired model"] = With("\"model\":\"retired-1\"", "model", "model_retired"),
        ["model as number"] = With("\"model\":2", "model", "invalid_type"),
        ["model as empty array"] = With("\"model\":[]", "model", "invalid_type"),
        ["5 seconds"] = With("\"seconds\":\"5\"", "seconds", "invalid_value"),
        ["5 seconds as number"] = With("\"seconds\":5", "seconds", "invalid_value"),
        ["8.5 seconds"] = With("\"seconds\":8.5", "seconds", "invalid_value"),
        ["seconds in words"] = With("\"seconds\":\"x\"", "seconds", "invalid_value"),
        ["seconds as boolean"] = With("\"seconds\":true", "seconds", "invalid_type"),
        ["seconds as empty array"] = With("\"seconds\":[]", "seconds", "invalid_type"),
        ["unknown size"] = With("\"size\":\"800x600\"", "size", "invalid_value"),
        ["size of another model"] = With("\"model\":\"sora-2\",\"size\":\"1080x1920\"", "size", "invalid_value"),
        ["size as number"] = With("\"size\":720", "size", "invalid_type"),

        ["reference with url and file id"] = Reference(
            """{"image_url":"https://a.example/a.png","file_id":"file-1"}""", "input_reference", "invalid_value"),
        ["reference with neither"] = Reference("{}", "input_reference", "invalid_value"),
        ["reference with nulls"] = Reference("""{"image_url":null,"file_id":null}""", "input_reference", "invalid_value"),
        ["reference with something else"] = Reference(
            """{"url":"https://a.example/a.png"}""", "input_reference", "invalid_value"),
        ["reference by file id"] = Reference("""{"file_id":"file-1"}""", "input_reference.file_id", "unsupported_parameter"),
        ["reference as text"] = Reference("\"https://a.example/a.png\"", "input_reference", "invalid_type"),
        ["reference url as number"] = Reference("""{"image_url":5}""", "input_reference", "invalid_type"),
        ["reference url too long"] = Reference(
            $$"""{"image_url":"data:{{new string('a', 20_971_520)}}"}""",
            "input_reference.image_url",
            "string_too_long"),
        ["reference as file and url"] = new(
            () => Upload(10, ("input_reference[image_url]", "https://a.example/a.png")), 400, "input_reference", "invalid_value"),
        ["file over the limit"] = new(() => Upload((20 * 1024 * 1024) + 1), 400, "input_reference", "file_too_large"),

        ["no body"] = Json("", null, "malformed_json"),
        ["half an object"] = Json("""{"prompt":"a" """, null, "malformed_json"),
        ["an array"] = Json("""["prompt"]""", null, "malformed_json"),
        ["depth of 10 000"] = Json(new string('[', 10_000), null, "malformed_json"),
        ["depth of 17"] = With($"\"deep\":{new string('[', 17)}{new string(']', 17)}", null, "malformed_json"),
        ["duplicate keys"] = Json("""{"prompt":"a","prompt":"b"}""", null, "malformed_json"),
        ["half a surrogate pair"] = Json("""{"prompt":"\ud83e"}""", null, "malformed_json"),
        ["half a pair in a name"] = With("\"\\ud83e\":1", null, "malformed_json"),
        ["not UTF-8"] = new(
            () => Bytes([.. "{\"prompt\":\""u8, 0xFF, .. "\"}"u8], "application/json"), 400, null, "malformed_json"),
        ["UTF-16"] = new(
            () => Bytes(Encoding.Unicode.GetBytes("{\"prompt\":\"a\"}"), "application/json; charset=utf-16"),
            400,
            null,
            "malformed_json"),
        ["1001 values"] = With($"\"many\":[{string.Join(',', Enumerable.Repeat("1", 1001))}]", null, "malformed_json"),
        ["form without boundary"] = Raw("multipart/form-data", "a", "malformed_multipart"),
        ["form without anything"] = Form(""),
        ["form that ends too early"] = Form("--b\r\nContent-Disposition: form-data; name=prompt\r\n\r\na"),
        ["part without a name"] = Form("--b\r\nContent-Disposition: form-data\r\n\r\na\r\n--b--\r\n"),
        ["part without headers"] = Form("--b\r\n\r\na\r\n--b--\r\n"),
        ["part that is not UTF-8"] = new(
            () => Bytes(
                [.. "--b\r\nContent-Disposition: form-data; name=prompt\r\n\r\n"u8, 0xFF, .. "\r\n--b--\r\n"u8],
                "multipart/form-data; boundary=b"),
            400,
            null,
            "malformed_multipart"),
        ["100 000 parts"] = Form(Enumerable.Range(0, 100_000).Select(i => ($"field{i}", "a")), null, "malformed_multipart"),
        ["plain text"] = Raw("text/plain", "a red kite", "unsupported_content_type"),
        ["url-encoded form"] = Raw("application/x-www-form-urlencoded", "prompt=a", "unsupported_content_type"),
        ["no content type"] = new(() => new ByteArrayContent("{}"u8.ToArray()), 400, null, "unsupported_content_type"),
        ["body over the limit"] = new(
            () => Bytes(new byte[(28 * 1024 * 1024) + 1], "application/json"), 413, null, "request_too_large"),
    };

    private static BadRequest Prompt(string prompt, string code) =>
        Json(JsonSerializer.Serialize(new { prompt }), "prompt", code);

    private static BadRequest With(string members, string? param, string code) =>
        Json($$"""{"prompt":"a red kite",{{members}}}""", param, code);

    private static BadRequest Reference(string reference, string param, string code) =>
        With($"\"input_reference\":{reference}", param, code);

    private static BadRequest Json(string json, string? param, string code) =>
        new(() => new StringContent(json, Encoding.UTF8, "application/json"), 400, param, code);

    private static BadRequest Form(IEnumerable<(string Name, string Value)> fields, string? param, string code) =>
        new(() => Fields(fields), 400, param, code);

    private static BadRequest Form(string body) => Raw("multipart/form-data; boundary=b", body, "malformed_multipart");

    private static BadRequest Raw(string contentType, string body, string code) =>
        new(() => Bytes(Encoding.UTF8.GetBytes(body), contentType), 400, null, code);

    private static MultipartFormDataContent Upload(int length, params (string Name, string Value)[] fields)
    {
        var form = Fields([("prompt", "a red kite"), .. fields]);
        form.Add(new ByteArrayContent(new byte[length]), "input_reference", "a.png");
        return form;
    }

    private static MultipartFormDataContent Fields(IEnumerable<(string Name, string Value)> fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        return form;
    }

    private static ByteArrayContent Bytes(byte[] body, string contentType)
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return content;
    }
}
