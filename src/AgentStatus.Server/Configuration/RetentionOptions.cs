namespace AgentStatus.Server.Configuration;

/// <summary>How long data is kept.</summary>
internal sealed class RetentionOptions
{
    private const string Key = "Retention:KeepFor";

    /// <summary>What is older goes: 1 to 36,500 days. Null: all is kept.</summary>
    public TimeSpan? KeepFor { get; private init; }

    /// <summary>Reads everything; adds what is wrong.</summary>
    public static RetentionOptions Read(ConfigurationReader configuration, StorageOptions storage)
    {
        var keepFor = configuration.FindSpan(Key, TimeSpan.FromDays(1), TimeSpan.FromDays(36_500));
        if (keepFor is not null && storage.IsMongoDb)
            configuration.Fault($"{Key} is for the embedded store: with MongoDB nothing is deleted yet.");
        return new() { KeepFor = keepFor };
    }
}
