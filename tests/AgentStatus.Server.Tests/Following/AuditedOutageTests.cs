using AgentStatus.Core;
using AgentStatus.Server.CompanySettings;
using AgentStatus.Server.Following;
using AgentStatus.Server.Hosting;
using AgentStatus.Server.Memory;
using AgentStatus.Server.Recording;
using AgentStatus.Server.Tests.Running;
using AgentStatus.Storage.Tests.Spool;
using AgentStatus.V1;
using Microsoft.Extensions.Logging;
using Status = AgentStatus.V1.AgentStatus;

namespace AgentStatus.Server.Tests.Following;

/// <summary>Offline periods that are audited while their store comes and goes.</summary>
public sealed class AuditedOutageTests
{
    [Fact]
    public async Task What_was_found_wrong_before_an_outage_is_made_anew_after_it_and_not_a_round_later()
    {
        await using var server = await TestServer.StartAsync(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));
        await server.Service.RecordStatusAsync(
            new() { CompanyId = 1, AgentId = 1, Status = Status.Offline, Origin = StatusOrigin.Agent });
        await Until.TrueAsync(() => server.Part<CompanyHours>().Find(1) is not null);
        using var readings = MeterReadings.Of(server);

        // It knows nothing of the agent's period.
        var directory = Directory.CreateTempSubdirectory("agentstatus-test-");
        var database = new FlakyDatabase(directory.FullName);
        using (var store = database.Open())
        using (var audit = new PeriodAudit(
            server.Part<Board>(),
            server.Part<CompanyHours>(),
            server.Part<StatusWriter>(),
            server.Part<Instruments>(),
            server.Part<ServerOptions>(),
            server.Part<ILogger<PeriodAudit>>(),
            server.Time))
        {
            audit.Start(store, () => true);
            server.Time.Advance(server.Part<ServerOptions>().Storage.AuditWithin);
            await Until.TrueAsync(() => readings["agentstatus.periods.audited"] == 1);

            database.ReadsFail = true;
            var calls = database.Calls;
            server.Time.Advance(Limits.AuditDoubt);
            await Until.TrueAsync(() => database.Calls > calls);
            Assert.Equal(0, readings["agentstatus.periods.mended"]);

            database.ReadsFail = false;
            server.Time.Advance(Limits.AuditDoubt);
            await Until.TrueAsync(() => readings["agentstatus.periods.mended"] == 1);
        }

        directory.Delete(recursive: true);
    }
}
