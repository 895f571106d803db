namespace AgentStatus.Server.Configuration;

/// <summary>How long data is kept.</summary>
internal sealed class RetentionOptions
{
    /// <summary>What is older goes: 1 to 36,500 days. Null: all is kept.</summary>
    public TimeSpan? KeepFor { get; private init; }

    /// <summary>Reads everything; adds what is wrong.</summary>
    public static RetentionOptions Read(ConfigurationReader configuration) => new()
    {
        KeepFor = configuration.FindSpan("Retention:KeepFor", TimeSpan.FromDays(1), TimeSpan.FromDays(36_500)),
    };
}
