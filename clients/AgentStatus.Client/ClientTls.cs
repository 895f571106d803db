using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AgentStatus.Client;

/// <summary>TLS as the options want it. Their files are read when a client is made.</summary>
internal static class ClientTls
{
    /// <summary>What is wrong with the files; null: nothing.</summary>
    public static string? Fault(AgentStatusClientOptions options)
    {
        string?[] files = [options.CertificateAuthorityFile, options.CertificateFile, options.CertificateKeyFile];
        if (files.All(file => file is null)) return null;
        if (!options.AddressesOfParts.SelectMany(addresses => addresses ?? []).All(IsHttps))
            return "CertificateAuthorityFile, CertificateFile and CertificateKeyFile must go with https addresses.";
        if (options.CertificateFile is null != options.CertificateKeyFile is null)
            return "CertificateFile and CertificateKeyFile must go together.";
        try
        {
            Read(options);
            return null;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return $"CertificateAuthorityFile, CertificateFile or CertificateKeyFile cannot be used: {e.Message}";
        }
    }

    /// <summary>The system's authorities unless one is named.</summary>
    public static SslClientAuthenticationOptions Read(AgentStatusClientOptions options)
    {
        var tls = new SslClientAuthenticationOptions();
        if (options.CertificateAuthorityFile is { } authority)
        {
            tls.CertificateChainPolicy = new()
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            tls.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(authority);
            if (tls.CertificateChainPolicy.CustomTrustStore.Count == 0)
                throw new CryptographicException($"there is no certificate (PEM) in {authority}.");
        }

        if (options.CertificateFile is { } certificate)
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(certificate);
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(
                WithKey(certificate, options.CertificateKeyFile!), chain, offline: true);
        }

        return tls;
    }

    private static bool IsHttps(Uri? address) => address is { IsAbsoluteUri: true, Scheme: "https" };

    private static X509Certificate2 WithKey(string certificateFile, string keyFile)
    {
        var certificate = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        if (!OperatingSystem.IsWindows()) return certificate;

        // Windows makes no handshakes with a key that lies in memory alone.
        using (certificate)
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
