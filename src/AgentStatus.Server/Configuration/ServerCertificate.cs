using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AgentStatus.Server.Configuration;

/// <summary>A certificate that handshakes can use, and the authorities of clients' certificates.</summary>
/// <param name="Context">With the private key and the chain.</param>
/// <param name="Authorities">Empty: clients are not asked for certificates.</param>
internal sealed record ServerCertificate(SslStreamCertificateContext Context, X509Certificate2Collection Authorities)
{
    public string Subject => Context.TargetCertificate.Subject;

    /// <summary>The last instant at which it is good.</summary>
    public DateTimeOffset EndsAt => Context.TargetCertificate.NotAfter;

    /// <summary>Reads PEM.</summary>
    /// <exception cref="CryptographicException">It cannot be used: a sentence with the configuration's key.</exception>
    public static ServerCertificate Of(TlsFiles files, DateTimeOffset now)
    {
        var chain = Certificates("Tls:Certificate", files.Certificate);
        var certificate = WithKey(files);
        if (now > certificate.NotAfter)
            throw new CryptographicException(
                $"Tls:Certificate: {certificate.Subject} is good until {certificate.NotAfter.ToUniversalTime():O} "
                + "only; it must be renewed.");
        var context = SslStreamCertificateContext.Create(certificate, chain, offline: true);
        return new(
            context, files.ClientAuthorities is { } text ? Certificates("Tls:ClientCa", text) : []);
    }

    private static X509Certificate2Collection Certificates(string key, string text)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(text);
        }
        catch (CryptographicException failure)
        {
            throw new CryptographicException($"{key}: it is no PEM of certificates: {failure.Message}");
        }

        return certificates.Count > 0
            ? certificates
            : throw new CryptographicException($"{key}: there is no certificate in it (PEM).");
    }

    private static X509Certificate2 WithKey(TlsFiles files)
    {
        if (files.Key.Contains("ENCRYPTED", StringComparison.Ordinal))
            throw new CryptographicException("Tls:Key: it has a password; it must be a key without one.");
        try
        {
            var certificate = X509Certificate2.CreateFromPem(files.Certificate, files.Key);
            if (!OperatingSystem.IsWindows()) return certificate;

            // Windows makes no handshakes with a key that lies in memory alone.
            using (certificate)
                return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            throw new CryptographicException(
                $"Tls:Key: it is not the private key of the first certificate of Tls:Certificate: {failure.Message}");
        }
    }
}
