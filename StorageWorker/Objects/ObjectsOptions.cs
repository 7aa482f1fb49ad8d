using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Sora.StorageWorker.Objects;

/// <summary>Section <c>Objects</c>: where the bytes lie.</summary>
public sealed class ObjectsOptions
{
    /// <summary>Which store keeps the bytes; <see cref="StoreKind.Disk"/> unless set.</summary>
    public StoreKind Store { get; set; }

    /// <summary>Section <c>Objects:Disk</c>.</summary>
    [Required]
    [ValidateObjectMembers]
    public DiskOptions Disk { get; set; } = new();

    /// <summary>Section <c>Objects:S3</c>; read only when <see cref="Store"/> says so.</summary>
    [Required]
    [ValidateObjectMembers]
    public S3Options S3 { get; set; } = new();
}

/// <summary>The stores that there are.</summary>
public enum StoreKind
{
    /// <summary>Files on a disk of this machine, or on one that all replicas mount.</summary>
    Disk,

    /// <summary>A bucket of S3, Cloudflare R2 or another server of that protocol.</summary>
    S3,
}

/// <summary>Section <c>Objects:Disk</c>.</summary>
public sealed class DiskOptions
{
    /// <summary>
    /// The folder that holds everything; made when it is not there. <c>objects</c> in the working folder
    /// unless set.
    /// </summary>
    [Required]
    public string Root { get; set; } = "objects";
}

/// <summary>Section <c>Objects:S3</c>.</summary>
public sealed class S3Options
{
    /// <summary>
    /// The server, for example <c>https://ACCOUNT.r2.cloudflarestorage.com</c>; empty for AWS itself.
    /// </summary>
    public Uri? Endpoint { get; set; }

    /// <summary>The region; <c>auto</c> for R2. <c>us-east-1</c> unless set.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>The bucket, which has to exist.</summary>
    public string Bucket { get; set; } = "";

    /// <summary>The access key's id.</summary>
    public string AccessKey { get; set; } = "";

    /// <summary>The access key's secret.</summary>
    public string SecretKey { get; set; } = "";

    /// <summary>
    /// Bytes sent in one request; larger objects go in parts of this size. 5 MiB (S3's minimum) to 1 GiB, 16
    /// MiB unless set.
    /// </summary>
    [Range(5L * 1024 * 1024, 1024L * 1024 * 1024)]
    public long PartSize { get; set; } = 16 * 1024 * 1024;

    /// <summary>
    /// A local folder for files on their way to the bucket; one below the system's temporary folder unless
    /// set.
    /// </summary>
    [Required]
    public string DraftFolder { get; set; } = Path.Combine(Path.GetTempPath(), "sora-drafts");
}

/// <summary>The ranges that the attributes say.</summary>
[OptionsValidator]
internal sealed partial class ObjectsOptionsValidator : IValidateOptions<ObjectsOptions>;

/// <summary>What S3 needs, once it is chosen. Names the setting, never a key.</summary>
internal sealed class S3ChosenValidator : IValidateOptions<ObjectsOptions>
{
    public ValidateOptionsResult Validate(string? name, ObjectsOptions options)
    {
        if (options.Store != StoreKind.S3)
        {
            return ValidateOptionsResult.Success;
        }

        (string Setting, string Value)[] needed =
        [
            ("Region", options.S3.Region), ("Bucket", options.S3.Bucket),
            ("AccessKey", options.S3.AccessKey), ("SecretKey", options.S3.SecretKey),
        ];
        var missing = needed.Where(setting => setting.Value.Length == 0)
            .Select(setting => $"Objects:S3:{setting.Setting} is missing, but Objects:Store is S3.")
            .ToList();
        return missing.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(missing);
    }
}
