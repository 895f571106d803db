using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AgentStatus.Server.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace AgentStatus.Server.Hosting;

/// <summary>What handshakes use: the certificate in force. Its files are looked at again and again; changed ones are
/// for new connections, those that are open stay. Files that cannot be used change nothing.</summary>
internal sealed class TlsCertificates(
    ServerOptions options, TimeProvider clock, ILogger<TlsCertificates> logger) : BackgroundService
{
    private static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");

    private ServerCertificate? _current = options.Tls?.AtStart;
    private TlsFiles? _inForce = options.Tls?.Files;
    private TlsFiles? _last;
    private TlsFiles? _refused;
    private string? _unreadable;
    private DateTimeOffset _endSaidAt;

    /// <summary>TLS for an endpoint that speaks these protocols, the first one that a client knows.</summary>
    public TlsHandshakeCallbackOptions For(params List<SslApplicationProtocol> protocols) => new()
    {
        HandshakeTimeout = ServerLimits.Handshake,
        OnConnection = hello =>
        {
            var certificate = Volatile.Read(ref _current)!;
            hello.Connection.Features.Set(certificate); // The guard's sign that there was a hello.
            return ValueTask.FromResult(Handshake(certificate, protocols));
        },
    };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Tls is not { } tls) return;
        using var timer = new PeriodicTimer(ServerLimits.CertificateCheckInterval, clock);
        do await LookAsync(tls, stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task LookAsync(TlsOptions tls, CancellationToken stoppingToken)
    {
        try
        {
            Take(await BlockingRead.RunAsync(tls.ReadFiles).WaitAsync(stoppingToken));
            _unreadable = null;
        }
        catch (CryptographicException failure)
        {
            if (_unreadable != failure.Message) Refuse(failure);
            _unreadable = failure.Message;
        }

        if (_current!.EndsAt - clock.GetUtcNow() > ServerLimits.CertificateEndsSoon
            || clock.GetUtcNow() - _endSaidAt < TimeSpan.FromDays(1)) return;
        _endSaidAt = clock.GetUtcNow();
        Log.CertificateEnds(logger, _current.Subject, _current.EndsAt);
    }

    /// <summary>Takes changed files once they are the same in two looks: certificate and key are not written in one
    /// go.</summary>
    /// <exception cref="CryptographicException">They cannot be used. Thrown once.</exception>
    private void Take(TlsFiles files)
    {
        var isSettled = files == _last;
        _last = files;
        if (files == _inForce) _refused = null;
        if (!isSettled || files == _inForce || files == _refused) return;
        _refused = files;
        var renewed = ServerCertificate.Of(files, clock.GetUtcNow());
        (_inForce, _refused, _endSaidAt) = (files, null, default);
        Volatile.Write(ref _current, renewed);
        Log.CertificateRenewed(logger, renewed.Subject, renewed.EndsAt);
    }

    private void Refuse(CryptographicException failure) =>
        Log.CertificateRefused(logger, failure.Message, _current!.Subject);

    private SslServerAuthenticationOptions Handshake(
        ServerCertificate certificate, List<SslApplicationProtocol> protocols)
    {
        var clients = options.Tls!.ClientCertificates;
        var handshake = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate.Context,
            ApplicationProtocols = protocols,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            AllowRenegotiation = false,
        };
        if (clients == ClientCertificates.None) return handshake;
        handshake.ClientCertificateRequired = true; // That one is asked for; what comes is judged below.
        handshake.CertificateChainPolicy = ClientsOf(certificate);
        handshake.RemoteCertificateValidationCallback = (_, client, _, errors) => client is null
            ? clients == ClientCertificates.Optional
            : errors == SslPolicyErrors.None;
        return handshake;
    }

    private static X509ChainPolicy ClientsOf(ServerCertificate certificate)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(certificate.Authorities);
        policy.ApplicationPolicy.Add(ClientAuthentication);
        return policy;
    }
}
