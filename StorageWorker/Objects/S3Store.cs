using System.IO.Pipelines;
using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Sora.StorageWorker.Objects;

/// <summary>
/// Objects in a bucket of S3, R2 or another server of that protocol, addressed path-style. Drafts lie on the
/// local disk until they are uploaded.
/// </summary>
internal sealed class S3Store(IAmazonS3 client, S3Options options, DraftFolder drafts) : IObjectStore
{
    private readonly S3Upload _upload = new(client, options);

    /// <inheritdoc/>
    public Draft CreateDraft(long? expectedLength = null) => drafts.Create(expectedLength);

    /// <inheritdoc/>
    public Task KeepAsync(Draft draft, ObjectKey key, CancellationToken cancellationToken) =>
        TranslateAsync(() => _upload.RunAsync(draft, key, cancellationToken));

    /// <inheritdoc/>
    public Task<ObjectContent?> OpenAsync(
        ObjectKey key, long offset, long length, CancellationToken cancellationToken) =>
        TranslateAsync<ObjectContent?>(async () =>
        {
            try
            {
                var answer = await client.GetObjectAsync(
                    new GetObjectRequest
                    {
                        BucketName = options.Bucket,
                        Key = key.Value,
                        ByteRange = new ByteRange(offset, offset + length - 1),
                    },
                    cancellationToken);
                return new Content(answer, length);
            }
            catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound)
            {
                return null;
            }
        });

    /// <inheritdoc/>
    public async Task DeleteAllAsync(ObjectKey folder, CancellationToken cancellationToken)
    {
        await foreach (var found in ListAsync($"{folder.Value}/", cancellationToken))
        {
            await DeleteAsync(found.Key, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(ObjectKey key, CancellationToken cancellationToken) => DeleteAsync(key.Value, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<StoredObject> ListAsync(CancellationToken cancellationToken) => ListAsync("", cancellationToken);

    private Task<DeleteObjectResponse> DeleteAsync(string key, CancellationToken cancellationToken) =>
        TranslateAsync(() => client.DeleteObjectAsync(options.Bucket, key, cancellationToken));

    private async IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var list = new ListObjectsV2Request { BucketName = options.Bucket, Prefix = prefix };
        ListObjectsV2Response page;
        do
        {
            page = await TranslateAsync(() => client.ListObjectsV2Async(list, cancellationToken));
            foreach (var found in page.S3Objects ?? [])
            {
                yield return new StoredObject(
                    found.Key, found.Size ?? 0, found.LastModified?.ToUniversalTime() ?? DateTimeOffset.MaxValue);
            }

            list.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);
    }

    private static Task<bool> TranslateAsync(Func<Task> call) => TranslateAsync(async () =>
    {
        await call();
        return true;
    });

    private static async Task<T> TranslateAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception exception) when (exception is AmazonClientException or AmazonServiceException
            or HttpRequestException)
        {
            throw new IOException($"The object store failed: {exception.Message}", exception);
        }
    }

    private sealed class Content(GetObjectResponse answer, long length) : ObjectContent
    {
        public override Task CopyToAsync(PipeWriter destination, CancellationToken cancellationToken) => CopyAsync(
            (memory, _, token) => answer.ResponseStream.ReadAsync(memory, token),
            length,
            destination,
            cancellationToken);

        public override ValueTask DisposeAsync()
        {
            answer.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
