using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;

namespace Sora.StorageWorker.Objects;

/// <summary>
/// Uploads a draft, in one request or in parts of bounded size. Each request carries its Content-MD5, which
/// the server compares, and the length of the whole is compared afterwards. The SDK's own chunked framing
/// stays off: several servers store it as content.
/// </summary>
internal sealed class S3Upload(IAmazonS3 client, S3Options options)
{
    /// <summary>Returns when the object is there as a whole.</summary>
    /// <exception cref="AmazonS3Exception">The server refused or could not be reached.</exception>
    /// <exception cref="IOException">The server kept something else.</exception>
    public async Task RunAsync(Draft draft, ObjectKey key, CancellationToken cancellationToken)
    {
        if (draft.Length <= options.PartSize)
        {
            await PutAsync(draft, key, cancellationToken);
        }
        else
        {
            await PutPartsAsync(draft, key, cancellationToken);
        }

        var kept = await client.GetObjectMetadataAsync(options.Bucket, key.Value, cancellationToken);
        if (kept.ContentLength != draft.Length)
        {
            await client.DeleteObjectAsync(options.Bucket, key.Value, CancellationToken.None);
            throw new IOException($"The object store kept {kept.ContentLength} of {draft.Length} bytes.");
        }
    }

    private async Task PutAsync(Draft draft, ObjectKey key, CancellationToken cancellationToken)
    {
        await using var bytes = OpenRead(draft);
        var request = new PutObjectRequest
        {
            BucketName = options.Bucket,
            Key = key.Value,
            InputStream = bytes,
            MD5Digest = await DigestAsync(draft, 0, draft.Length, cancellationToken),
            UseChunkEncoding = false,
        };
        request.Metadata["sha256"] = draft.Sha256;
        await client.PutObjectAsync(request, cancellationToken);
    }

    private async Task PutPartsAsync(Draft draft, ObjectKey key, CancellationToken cancellationToken)
    {
        var begin = new InitiateMultipartUploadRequest { BucketName = options.Bucket, Key = key.Value };
        begin.Metadata["sha256"] = draft.Sha256;
        var upload = await client.InitiateMultipartUploadAsync(begin, cancellationToken);
        try
        {
            var parts = new List<PartETag>();
            for (long offset = 0; offset < draft.Length; offset += options.PartSize)
            {
                parts.Add(await PutPartAsync(draft, upload, parts.Count + 1, offset, cancellationToken));
            }

            await client.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest
                {
                    BucketName = options.Bucket,
                    Key = key.Value,
                    UploadId = upload.UploadId,
                    PartETags = parts,
                },
                cancellationToken);
        }
        catch
        {
            await AbortAsync(upload, key);
            throw;
        }
    }

    private async Task<PartETag> PutPartAsync(
        Draft draft,
        InitiateMultipartUploadResponse upload,
        int number,
        long offset,
        CancellationToken cancellationToken)
    {
        var length = Math.Min(options.PartSize, draft.Length - offset);
        await using var bytes = OpenRead(draft);
        bytes.Position = offset;
        var answer = await client.UploadPartAsync(
            new UploadPartRequest
            {
                BucketName = options.Bucket,
                Key = upload.Key,
                UploadId = upload.UploadId,
                PartNumber = number,
                InputStream = bytes,
                PartSize = length,
                MD5Digest = await DigestAsync(draft, offset, length, cancellationToken),
                UseChunkEncoding = false,
            },
            cancellationToken);
        return new PartETag(number, answer.ETag);
    }

    // Not the caller's token: parts that stay behind are invisible and cost money.
    private async Task AbortAsync(InitiateMultipartUploadResponse upload, ObjectKey key)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await client.AbortMultipartUploadAsync(options.Bucket, key.Value, upload.UploadId, limit.Token);
        }
        catch (Exception exception) when (exception is AmazonS3Exception or HttpRequestException
            or OperationCanceledException)
        {
            // The first failure is the one to report; a lifecycle rule of the bucket takes what is left.
        }
    }

    private static FileStream OpenRead(Draft draft) =>
        new(draft.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, useAsync: true);

#pragma warning disable CA5351 // Against accidents on the way, as the protocol has it; what a clip is, SHA-256 says.
    private static async Task<string> DigestAsync(
        Draft draft, long offset, long length, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var buffer = new byte[64 * 1024];
        while (length > 0)
        {
            var wanted = buffer.AsMemory(0, (int)Math.Min(buffer.Length, length));
            var read = await RandomAccess.ReadAsync(draft.Handle, wanted, offset, cancellationToken);
            if (read == 0)
            {
                throw new EndOfStreamException("The draft is shorter than it was.");
            }

            hash.AppendData(buffer, 0, read);
            offset += read;
            length -= read;
        }

        return Convert.ToBase64String(hash.GetCurrentHash());
    }
#pragma warning restore CA5351
}
