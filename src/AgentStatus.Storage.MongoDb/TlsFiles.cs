using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MongoDB.Driver.Core.Configuration;

namespace AgentStatus.Storage.MongoDb;

/// <summary>The certificates that a connection string names by file, as MongoDB's other drivers and tools read them.
/// This driver passes over such options, and over all others that it does not know, without a word: whoever believes
/// that their own authority is checked, or a limit kept, would be wrong. So the rest of them is refused.</summary>
internal sealed class TlsFiles
{
    private const string AuthorityFile = "tlsCAFile";
    private const string KeyFile = "tlsCertificateKeyFile";
    private const string KeyFilePassword = "tlsCertificateKeyFilePassword";

    private static readonly string[] Ours = [AuthorityFile, KeyFile, KeyFilePassword];

    private readonly X509Certificate2Collection _authorities = [];
    private readonly List<X509Certificate2> _own = [];

    /// <exception cref="StoreException">An option is unknown, or a file cannot be used.</exception>
    public static TlsFiles TakeFrom(ConnectionString text)
    {
        var unknown = text.AllUnknownOptionNames.Except(Ours, StringComparer.OrdinalIgnoreCase).ToList();
        if (unknown.Count > 0)
            throw ConnectionText.Fault($"MongoDB.Driver does not know the option {string.Join(", ", unknown)}");
        var files = new TlsFiles();
        if (text.GetOption(AuthorityFile) is { } authorities)
            Load(AuthorityFile, () => files._authorities.ImportFromPemFile(authorities));
        if (text.GetOption(KeyFile) is { } key)
            Load(KeyFile, () => files._own.Add(ReadKey(key, text.GetOption(KeyFilePassword))));
        return files;
    }

    public void ApplyTo(MongoClientSettings settings)
    {
        if (_authorities.Count == 0 && _own.Count == 0)
            return;
        settings.UseTls = true;
        settings.SslSettings = new SslSettings { ClientCertificates = _own };
        if (_authorities.Count > 0 && !settings.AllowInsecureTls)
            settings.SslSettings.ServerCertificateValidationCallback = IsTrusted;
    }

    /// <summary>Whether an authority stands for the certificate; the host's name must be right as ever.</summary>
    private bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? sent, SslPolicyErrors errors)
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        // An authority of one's own seldom has a list of revoked certificates.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        return chain.Build(new X509Certificate2(certificate));
    }

    private static X509Certificate2 ReadKey(string file, string? password)
    {
        using var read = password is null
            ? X509Certificate2.CreateFromPemFile(file)
            : X509Certificate2.CreateFromEncryptedPemFile(file, password);
        // Windows takes no key for TLS that was never in a store or a PKCS #12 file.
        return X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null);
    }

    private static void Load(string option, Action load)
    {
        try
        {
            load();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw ConnectionText.Fault($"the file of {option} cannot be used: {failure.Message}");
        }
    }
}
