using System.Security.Cryptography;

namespace AgentStatus.Server.Configuration;

/// <summary>Whether clients show a certificate. Named as in the configuration.</summary>
internal enum ClientCertificates
{
    /// <summary>They are not asked for one.</summary>
    None,

    /// <summary>One that is shown must be good.</summary>
    Optional,

    /// <summary>Without a good one there is no connection.</summary>
    Required,
}

/// <summary>TLS of the endpoints that are https.</summary>
internal sealed class TlsOptions
{
    private const string CertificateKey = "Tls:Certificate";
    private const string KeyKey = "Tls:Key";
    private const string AuthoritiesKey = "Tls:ClientCa";
    private const string ClientsKey = "Tls:ClientCertificates";

    /// <summary>The certificate's file: PEM, the server's own first, then those between it and its authority.</summary>
    public required string Certificate { get; init; }

    /// <summary>Its private key's file: PEM without a password.</summary>
    public required string Key { get; init; }

    /// <summary>The file with the authorities of clients' certificates, PEM; null where none are asked for.</summary>
    public string? ClientCa { get; private init; }

    public ClientCertificates ClientCertificates { get; private init; }

    /// <summary>What the files hold at the start.</summary>
    public TlsFiles Files { get; private set; } = TlsFiles.Missing;

    /// <summary>The same, ready for handshakes.</summary>
    public ServerCertificate? AtStart { get; private set; }

    /// <summary>Reads the keys, and the files that they name. Null: no endpoint has TLS, or not all of it is
    /// there.</summary>
    /// <param name="reader">Told what is wrong.</param>
    /// <param name="isNeeded">Whether an endpoint is https.</param>
    /// <param name="knowsClients">Whether clients' certificates say who asks.</param>
    /// <param name="now">When the certificate must be good.</param>
    public static TlsOptions? Read(ConfigurationReader reader, bool isNeeded, bool knowsClients, DateTimeOffset now)
    {
        var (certificate, key) = (reader.Text(CertificateKey, "a file"), reader.Text(KeyKey, "a file"));
        var authorities = reader.Text(AuthoritiesKey, "a file");
        var clients = reader.Word(ClientsKey, ClientCertificates.None);
        if (clients == ClientCertificates.None && authorities is not null)
            reader.Fault($"{AuthoritiesKey} is set, but {ClientsKey} is none; it must be optional or required.");
        if (clients == ClientCertificates.None && knowsClients)
            reader.Fault(
                $"Authentication:Certificates is set, but {ClientsKey} is none, so that nobody shows a certificate; "
                + $"set it to optional or required, and {AuthoritiesKey} to the file with the clients' authorities.");
        if (clients != ClientCertificates.None && authorities is null)
            reader.Fault($"{ClientsKey} is {clients}; set {AuthoritiesKey} to the file with the clients' authorities.");
        if (!isNeeded)
        {
            if ((certificate ?? key ?? authorities) is not null)
                reader.Fault("Tls:* is set, but neither Endpoint nor Http is https.");
            return null;
        }

        if (certificate is null || key is null)
        {
            reader.Fault($"Endpoint or Http is https; set {CertificateKey} and {KeyKey} to files in PEM.");
            return null;
        }

        var options = new TlsOptions
        {
            Certificate = certificate,
            Key = key,
            ClientCa = authorities,
            ClientCertificates = clients,
        };
        try
        {
            options.Files = BlockingRead.AtStart(
                $"a file of {CertificateKey}, {KeyKey} and {AuthoritiesKey}", options.ReadFiles);
            options.AtStart = ServerCertificate.Of(options.Files, now);
        }
        catch (Exception failure) when (failure is CryptographicException or IOException)
        {
            reader.Fault(failure.Message);
        }

        return options;
    }

    /// <summary>What the files hold now. Blocks.</summary>
    public TlsFiles ReadFiles() => new(
        TlsFiles.Text(CertificateKey, Certificate),
        TlsFiles.Text(KeyKey, Key),
        ClientCa is null ? null : TlsFiles.Text(AuthoritiesKey, ClientCa));
}
