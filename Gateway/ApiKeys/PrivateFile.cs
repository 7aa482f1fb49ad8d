namespace Sora.Gateway.ApiKeys;

/// <summary>A file with a secret of the first start.</summary>
internal static class PrivateFile
{
    /// <summary>
    /// Writes it whole or not at all, readable by its owner only; an older one is replaced, missing folders are made.
    /// </summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Guid.NewGuid():n}";
        var creation = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            creation.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using (var writer = new StreamWriter(temporary, creation))
        {
            await writer.WriteAsync(text.AsMemory(), cancellationToken);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
