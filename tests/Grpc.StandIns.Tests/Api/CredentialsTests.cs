using Grpc.Core;

namespace Grpc.StandIns.Tests;

public sealed class CredentialsTests
{
    private static readonly CallCredentials Token = CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);

    [Fact]
    public void Call_credentials_go_with_a_secure_channel_only_and_once_only()
    {
        var secure = ChannelCredentials.Create(ChannelCredentials.SecureSsl, Token);

        Assert.Throws<ArgumentException>(() => ChannelCredentials.Create(ChannelCredentials.Insecure, Token));
        Assert.Throws<ArgumentException>(() => ChannelCredentials.Create(secure, Token));
    }

    [Fact]
    public void A_composition_needs_two()
    {
        Assert.Throws<ArgumentException>(() => CallCredentials.Compose(Token));
        Assert.NotNull(CallCredentials.Compose(Token, Token));
    }

    [Fact]
    public void Each_kind_tells_the_configurator_what_it_is()
    {
        var pair = new KeyCertificatePair("chain", "key");
        var configurator = new Recorder();

        ChannelCredentials.Insecure.InternalPopulateConfiguration(configurator, 1);
        new SslCredentials("roots", pair).InternalPopulateConfiguration(configurator, 2);
        ChannelCredentials.Create(ChannelCredentials.SecureSsl, Token).InternalPopulateConfiguration(configurator, 3);

        Assert.Equal(
            [(1, null, null), (2, "roots", pair), (3, ChannelCredentials.SecureSsl, Token)],
            configurator.Seen);
    }

    private sealed class Recorder : ChannelCredentialsConfiguratorBase
    {
        public List<(object? State, object? First, object? Second)> Seen { get; } = [];

        public override void SetInsecureCredentials(object? state) => Seen.Add((state, null, null));

        public override void SetSslCredentials(
            object? state,
            string? rootCertificates,
            KeyCertificatePair? keyCertificatePair,
            VerifyPeerCallback? verifyPeerCallback) =>
            Seen.Add((state, rootCertificates, keyCertificatePair));

        public override void SetCompositeCredentials(
            object? state, ChannelCredentials channelCredentials, CallCredentials callCredentials) =>
            Seen.Add((state, channelCredentials, callCredentials));
    }
}
