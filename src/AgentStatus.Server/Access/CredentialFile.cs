using System.Security.Cryptography;
using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.Access;

/// <summary>A file with credentials, read again when its content has changed. One reader at a time.</summary>
/// <param name="path">Where it is. May be a link, as a mounted secret is: so it is read each time.</param>
/// <param name="take">Puts the content in force; says what is wrong with it, and does nothing then.</param>
/// <param name="logger">Is told what becomes of a changed file.</param>
internal sealed class CredentialFile(
    string path, Func<ReadOnlyMemory<byte>, IReadOnlyList<string>> take, ILogger logger)
{
    private const UnixFileMode OfOthers = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite;

    private byte[] _lastHash = [];
    private string? _lastFailure;

    /// <summary>Reads it for the first time.</summary>
    /// <returns>What is wrong with it; then the server does not start.</returns>
    public IReadOnlyList<string> Open()
    {
        try
        {
            return Take(BlockingRead.AtStart(path, ReadIfChanged) ?? []);
        }
        catch (Exception failure) when (IsFiles(failure))
        {
            return [$"{path} cannot be read: {failure.Message}"];
        }
    }

    /// <summary>Takes a changed content. What is not good is said once, and the last good one stays in force.</summary>
    public void Look()
    {
        try
        {
            if (ReadIfChanged() is not { } content)
            {
                if (_lastFailure is not null) Log.CredentialsReadable(logger, path);
            }
            else if (Take(content) is [var fault, ..])
            {
                Log.CredentialsRefused(logger, fault);
            }

            _lastFailure = null;
        }
        catch (Exception failure) when (IsFiles(failure))
        {
            if (failure.Message != _lastFailure)
                Log.CredentialsRefused(logger, $"{path} cannot be read: {failure.Message}");
            _lastFailure = failure.Message;
        }
    }

    private static bool IsFiles(Exception failure) =>
        failure is IOException or UnauthorizedAccessException or ArgumentException or InvalidDataException
            or NotSupportedException; // A pipe has no length.

    private string[] Take(byte[] content)
    {
        var faults = take(content);
        if (faults.Count == 0) Log.CredentialsRead(logger, path);
        return [.. faults.Select(fault => $"{path}: {fault}")];
    }

    private byte[]? ReadIfChanged()
    {
        using var file = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        if (file.Length > ServerLimits.CredentialFileBytes)
            throw new InvalidDataException(
                $"it has {file.Length} bytes; CredentialFileBytes is {ServerLimits.CredentialFileBytes}");
        var content = new byte[file.Length];
        file.ReadExactly(content);
        var hash = SHA256.HashData(content);
        if (hash.AsSpan().SequenceEqual(_lastHash)) return null;
        _lastHash = hash;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & OfOthers) != 0)
            Log.CredentialsOfOthers(logger, path);
        return content;
    }
}
