using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AgentStatus.Client.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void The_defaults_are_valid()
    {
        using var client = new AgentStatusClient(new AgentStatusClientOptions());
    }

    [Fact]
    public void All_faults_are_named_at_once()
    {
        var options = new AgentStatusClientOptions
        {
            Endpoint = new Uri("ftp://host/path"),
            ClassifyDeadline = TimeSpan.Zero,
            RecordDeadline = TimeSpan.FromHours(2),
            BreakdownDeadline = TimeSpan.FromSeconds(-1),
            MaxAttempts = 0,
            InitialBackoff = TimeSpan.FromSeconds(5),
            MaxBackoff = TimeSpan.FromSeconds(4),
            MaxOutstanding = 0,
            WatchSilence = TimeSpan.FromSeconds(1),
            KeepAlivePingDelay = TimeSpan.FromMilliseconds(999),
            KeepAlivePingTimeout = TimeSpan.FromHours(2),
        };

        var error = Assert.Throws<OptionsValidationException>(() => new AgentStatusClient(options));

        string[] named =
        [
            "Endpoint", "ClassifyDeadline", "RecordDeadline", "BreakdownDeadline", "MaxAttempts", "MaxBackoff",
            "MaxOutstanding", "WatchSilence", "KeepAlivePingDelay", "KeepAlivePingTimeout",
        ];
        Assert.Equal(named, error.Failures.Select(fault => fault.Split(' ')[0]));
        Assert.Contains("MaxBackoff must be 00:00:05 to 00:01:00, but is 00:00:04.", error.Failures);
    }

    [Theory]
    [InlineData("relative")]
    [InlineData("http://host:1/path")]
    [InlineData("unix:socket")]
    [InlineData("unix://host/socket")]
    public void An_endpoint_is_an_address_without_a_path(string endpoint)
    {
        var options = new AgentStatusClientOptions { Endpoint = new Uri(endpoint, UriKind.RelativeOrAbsolute) };

        Assert.Throws<OptionsValidationException>(() => new AgentStatusClient(options));
    }

    [Fact]
    public void AddAgentStatusClient_GivesOneClientForAll()
    {
        using var provider = new ServiceCollection()
            .AddAgentStatusClient(options => options.MaxAttempts = 2)
            .BuildServiceProvider();

        Assert.Same(provider.GetRequiredService<AgentStatusClient>(), provider.GetRequiredService<AgentStatusClient>());
        Assert.Equal(2, provider.GetRequiredService<IOptions<AgentStatusClientOptions>>().Value.MaxAttempts);
    }

    [Fact]
    public void AddAgentStatusClient_BadOptions_FailsAtStartWithEveryFault()
    {
        using var provider = new ServiceCollection()
            .AddAgentStatusClient(options => (options.MaxAttempts, options.MaxOutstanding) = (11, 0))
            .BuildServiceProvider();

        var start = provider.GetRequiredService<IStartupValidator>();
        var error = Assert.Throws<OptionsValidationException>(start.Validate);

        Assert.Equal(2, error.Failures.Count());
    }
}
