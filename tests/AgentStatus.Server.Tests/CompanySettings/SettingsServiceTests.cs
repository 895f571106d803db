namespace AgentStatus.Server.Tests.CompanySettings;

/// <summary>Tests that have a settings service of their own each, and the server's part that asks it.</summary>
public abstract class SettingsServiceTests(string? settings = null) : IAsyncLifetime
{
    protected const long Company = 280197;
    protected const string Prague = """{"time_zone":"Europe/Prague"}""";

    private protected SettingsServer Server { get; private set; } = null!;

    private protected SettingsRig Rig { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await SettingsServer.StartAsync();
        if (settings is not null) Server.Set(Company, settings);
        Rig = SettingsRig.Over(Server);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await Rig.DisposeAsync();
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
