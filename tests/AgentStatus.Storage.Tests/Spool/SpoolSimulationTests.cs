namespace AgentStatus.Storage.Tests.Spool;

public sealed class SpoolSimulationTests
{
    [Fact]
    public void Outages_lose_and_double_nothing() => Seeds.ForEach(5, random =>
    {
        using var directory = new TempDirectory();
        using var simulation = new SpoolSimulation(random, directory.Path);
        simulation.Run(steps: 300);
    });
}
