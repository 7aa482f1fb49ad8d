using System.Buffers;
using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Sora.ServiceDefaults;
using Sora.StorageWorker.Objects;

namespace Sora.StorageWorker.References;

/// <summary>The three ways in which an image comes. Each is bounded before its bytes are looked at.</summary>
internal sealed class ImageSource(GuardedHttp http, IOptions<ReferenceOptions> options)
{
    private const string DataScheme = "data:";
    private const string Base64Marker = ";base64,";

    /// <summary>Fills the draft from a request's body.</summary>
    /// <exception cref="ReferenceRefusedException">It is empty or too large.</exception>
    public async Task ReceiveAsync(Stream body, long? length, Draft draft, CancellationToken cancellationToken)
    {
        if (length > options.Value.MaxBytes || !await draft.FillAsync(body, options.Value.MaxBytes, cancellationToken))
        {
            throw TooLarge();
        }

        if (draft.Length == 0)
        {
            throw new ReferenceRefusedException("invalid_image", "The image is empty.");
        }
    }

    /// <summary>Fills the draft from a <c>data:</c> or <c>https:</c> URL.</summary>
    /// <exception cref="ReferenceRefusedException">
    /// The URL cannot be used, or what it holds is empty or too large.
    /// </exception>
    public Task FetchAsync(string url, Draft draft, CancellationToken cancellationToken) =>
        url.StartsWith(DataScheme, StringComparison.OrdinalIgnoreCase)
            ? DecodeAsync(url, draft, cancellationToken)
            : DownloadAsync(url, draft, cancellationToken);

    /// <summary>Says that an image is too large.</summary>
    public ReferenceRefusedException TooLarge() => new(
        "image_too_large", $"The image is larger than the limit of {options.Value.MaxBytes} bytes.");

    // RFC 2397, base64 only, without the spaces and line breaks that .NET's decoder would take.
    private async Task DecodeAsync(string url, Draft draft, CancellationToken cancellationToken)
    {
        var comma = url.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0 || !url[..(comma + 1)].EndsWith(Base64Marker, StringComparison.OrdinalIgnoreCase))
        {
            throw new ReferenceRefusedException(
                "invalid_image_url", "A data URL must have the form 'data:image/png;base64,…'.");
        }

        var text = url.AsMemory(comma + 1);
        if (Base64.GetMaxDecodedFromUtf8Length(text.Length) - 2 > options.Value.MaxBytes)
        {
            throw TooLarge();
        }

        var bytes = ArrayPool<byte>.Shared.Rent(Base64.GetMaxDecodedFromUtf8Length(text.Length));
        try
        {
            if (text.Span.ContainsAny(" \t\r\n") || !Convert.TryFromBase64Chars(text.Span, bytes, out var length))
            {
                throw new ReferenceRefusedException("invalid_image_url", "The data URL is not valid base64.");
            }

            await ReceiveAsync(new MemoryStream(bytes, 0, length), length, draft, cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private async Task DownloadAsync(string url, Draft draft, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address))
        {
            throw new ReferenceRefusedException(
                "invalid_image_url", "The image's URL must be an https or a data URL.");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Value.FetchTimeLimit);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            using var answer = await http.SendAsync(request, limit.Token);
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                throw NotDownloaded($"its server answered {(int)answer.StatusCode}");
            }

            await using var body = await answer.Content.ReadAsStreamAsync(limit.Token);
            await ReceiveAsync(body, answer.Content.Headers.ContentLength, draft, limit.Token);
        }
        catch (EgressRefusedException exception)
        {
            throw new ReferenceRefusedException("invalid_image_url", exception.Message);
        }
        catch (Exception exception) when (exception
            is HttpRequestException or HttpIOException or IOException { InnerException: SocketException })
        {
            throw NotDownloaded("its server could not be reached or broke off");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw NotDownloaded($"it took longer than {options.Value.FetchTimeLimit.TotalSeconds:0.#} s");
        }
    }

    private static ReferenceRefusedException NotDownloaded(string reason) => new(
        "image_not_downloaded", $"The image could not be downloaded: {reason}.");
}
