using AgentStatus.Storage.MongoDb;

namespace AgentStatus.Storage.Tests.MongoDb;

/// <summary>
/// The law of the projection: when changes stop, the stored periods are the right ones, whichever servers owned it,
/// wherever they paused in the midst of a write, and whenever two of them took themselves for the owner.
/// </summary>
public sealed class ProjectionLawTests
{
    [Fact]
    public void WhateverOwnersDo_ThePeriodsAreRightInTheEnd()
    {
        using var database = TestDatabase.Require();
        using var one = MongoStatusStore.Open(database.Options);
        using var other = MongoStatusStore.Open(database.Options);
        var given = Environment.GetEnvironmentVariable("AGENTSTATUS_TEST_SEED");
        for (var run = 0; run < (given is null ? 12 : 1); run++)
        {
            var seed = given is null ? Random.Shared.Next() : int.Parse(given, null);
            try
            {
                new ProjectionSimulation(new(seed), database, [one, other], companyId: run + 1).Run(steps: 400);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"seed {seed}: {failure.Message}", failure);
            }
        }
    }
}
