using System.Globalization;

namespace AgentStatus.Storage.Tests.Spool;

public sealed class SpoolSimulationTests
{
    /// <summary>Set AGENTSTATUS_TEST_SEED to run one again.</summary>
    [Fact]
    public void AnyOutage_LosesAndDoublesNothing()
    {
        var given = Environment.GetEnvironmentVariable("AGENTSTATUS_TEST_SEED");
        for (var run = 0; run < (given is null ? 5 : 1); run++)
        {
            var seed = given is null ? Random.Shared.Next() : int.Parse(given, CultureInfo.InvariantCulture);
            var directory = Directory.CreateTempSubdirectory("agentstatus-tests-").FullName;
            try
            {
                using var simulation = new SpoolSimulation(new(seed), directory);
                simulation.Run(steps: 300);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"seed {seed}: {failure.Message}", failure);
            }
            finally
            {
                Directory.Delete(directory, recursive: true);
            }
        }
    }
}
