using System.Security.Cryptography;

namespace AgentStatus.Server.Configuration;

/// <summary>The texts of the files of Tls:*. Equal where nothing changed.</summary>
/// <param name="ClientAuthorities">Null: clients are not asked for certificates.</param>
internal sealed record TlsFiles(string Certificate, string Key, string? ClientAuthorities)
{
    public static TlsFiles Missing { get; } = new("", "", null);

    /// <summary>Keys stay out of logs.</summary>
    public override string ToString() => nameof(TlsFiles);

    /// <summary>A file's text.</summary>
    /// <exception cref="CryptographicException">It cannot be read, or is too large: a sentence with the configuration's
    /// key.</exception>
    public static string Text(string key, string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new byte[ServerLimits.CertificateFileBytes + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length == bytes.Length)
                throw new CryptographicException(
                    $"{key}: {path} has more than {ServerLimits.CertificateFileBytes} bytes (CertificateFileBytes).");
            return System.Text.Encoding.UTF8.GetString(bytes, 0, length);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CryptographicException($"{key}: {path} cannot be read: {failure.Message}");
        }
    }
}
