using AgentStatus.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace AgentStatus.Storage.Tests;

/// <content>Files of earlier schemas, made from one of today's.</content>
public sealed partial class SqliteStatusStoreTests
{
    /// <summary>Takes a file back to schema version 5.</summary>
    private const string WithoutErasures = "DROP TABLE erasures; DROP TABLE erased_ids;";

    /// <summary>Takes a file's offline periods back to schema version 3.</summary>
    private const string WithoutHoursFaults = """
        DROP VIEW readable_offline_periods;
        ALTER TABLE offline_periods DROP COLUMN hours_fault;
        CREATE VIEW readable_offline_periods AS SELECT company_id FROM offline_periods;
        """;

    [Fact]
    public void Open_OfVersion2_AddsTheTableOfPendingPeriodsAndKeepsEverything()
    {
        Append(Event(5, "a"));
        Replace(Agent, 0, Period(1, 5));
        Store.Dispose();
        MakeEventsOfVersion3();
        Execute("DROP TABLE pending_offline_periods; PRAGMA user_version = 2");

        using (var upgraded = Open())
        {
            Assert.Single(upgraded.ReadEvents(Agent, long.MinValue, long.MaxValue));
            Assert.Equal([Period(1, 5)], upgraded.OfflinePeriods.Read(Agent, 0));
            Assert.Empty(upgraded.OfflinePeriods.ReadChangesSinceCheckpoint()!);
            upgraded.CallSteps.Keep([Step()]);
        }

        Assert.Equal("6", QueryText("PRAGMA user_version"));
    }

    [Fact]
    public void Open_OfVersion4_AddsTheAuditLogAndKeepsEverything()
    {
        Append(Event(5, "a"));
        Store.Dispose();
        Execute($"{WithoutErasures} DROP TABLE audit_log; PRAGMA user_version = 4");

        using var upgraded = Open();
        Assert.Single(upgraded.ReadEvents(Agent, long.MinValue, long.MaxValue));
        upgraded.Audit.Add([Retracted]);
        Assert.Equal([Retracted], upgraded.Audit.Read(new(0, long.MinValue, long.MaxValue), 10));
    }

    [Fact]
    public void Open_OfVersion5_AddsWhatErasuresKeepAndKeepsEverything()
    {
        Append(Event(5, "a"));
        Store.Dispose();
        Execute($"{WithoutErasures} PRAGMA user_version = 5");

        using var upgraded = Open();
        Assert.Single(upgraded.ReadEvents(Agent, long.MinValue, long.MaxValue));
        upgraded.Erasure.Begin(OfAgent, 1);
        Assert.Equal([OfAgent], upgraded.Erasure.UnderWay.All);
        Assert.Equal("6", QueryText("PRAGMA user_version"));
    }

    [Fact]
    public void Open_OfVersion3_TakesWhatEventsCanSaySinceThen()
    {
        Append(Event(5, "a"), Event(5, "b", Core.Origin.Call, Core.Status.OnCall));
        Store.Dispose();
        MakeEventsOfVersion3();
        Assert.Throws<SqliteException>(() => Execute(
            "INSERT INTO status_events VALUES (1, 1, 5, 0, 'x', 8, 0)"));

        StatusEvent[] added =
        [
            Event(6, "c", Core.Origin.System, Core.Status.Left),
            Event(7, "d", Core.Origin.App, Core.Status.Online) with { DeviceId = "phone", Sequence = -3 },
            Event(7, "e", Core.Origin.Call, Core.Status.OnCall) with { CallId = 5001 },
            Event(8, "f", Core.Origin.Agent, Core.Status.Away) with { Label = "Mittagspause ☕", Actor = "me" },
        ];
        using (var upgraded = Open())
        {
            Assert.All(
                upgraded.Append([.. added.Select(one => new EventToAppend(one, 1_000, false))]),
                result => Assert.Equal(AppendOutcome.Stored, result.Outcome));
            Assert.Equal(["a", "b", "c", "d", "e", "f"], Ids(upgraded.ReadEvents(Agent, 0, 10)));
        }

        using (var again = Open())
        {
            Assert.Equal(added, again.ReadEvents(Agent, 6, 10).Where(one => one.OccurredAtMs >= 6));
            Assert.Equal(
                AppendOutcome.Conflict,
                again.Append([new(added[3] with { Label = "Lunch" }, 1_000, false)])[0].Outcome);
        }

        Assert.Equal("ok", QueryText("PRAGMA integrity_check"));
        Assert.Equal("LEFT SYSTEM", QueryText(
            "SELECT status || ' ' || origin FROM readable_status_events WHERE event_id = 'c'"));
    }

    [Fact]
    public void Open_OfVersion3_AddsTheFaultOfPeriodsAndKeepsEverything()
    {
        Append(Event(5, "a"));
        Replace(Agent, 0, Period(1, 5));
        Store.Dispose();
        MakeEventsOfVersion3();

        var faulty = Period(1, 5) with { BusinessPeriods = null, HoursFault = "agents.7: is wrong" };
        using (var upgraded = Open())
        {
            Assert.Single(upgraded.ReadEvents(Agent, long.MinValue, long.MaxValue));
            var periods = upgraded.OfflinePeriods;
            Assert.Equal([Period(1, 5)], periods.Read(Agent, 0));
            periods.Replace(periods.TryOwn()!.Value, [new(Agent, 0, [faulty])]);
            Assert.Equal([faulty], periods.Read(Agent, 0));
        }

        Assert.Equal("agents.7: is wrong", QueryText("SELECT hours_fault FROM readable_offline_periods"));
    }

    [Fact]
    public void Open_OfAFileThatCannotBeUpgraded_IsRefusedAndLeftAlone()
    {
        Append(Event(5, "a"));
        Store.Dispose();
        MakeEventsOfVersion3();
        Execute("CREATE TABLE call_steps (theirs TEXT)");

        var refused = Assert.Throws<StoreException>(Open);

        Assert.NotEmpty(refused.Message);
        Assert.Equal("3", QueryText("PRAGMA user_version"));
        Execute("DROP TABLE call_steps");
        using var upgraded = Open();
        Assert.Equal(["a"], Ids(upgraded.ReadEvents(Agent, 0, 10)));
    }

    [Fact]
    public void Append_ToAFileWhoseUniqueKeyBeginsWithTheCompany_KnowsWhatIsThere()
    {
        Append(Event(5, "a"));
        Store.Dispose();
        MakeEventsOfVersion3("company_id, event_id");

        using var opened = Open();
        var outcomes = opened.Append([new(Event(5, "a"), 1_000, false), new(Event(6, "a"), 1_000, false)])
            .Select(result => result.Outcome);
        Assert.Equal([AppendOutcome.Duplicate, AppendOutcome.Conflict], outcomes);
    }

    /// <summary>Gives a closed file the events' table and view that version 3 had.</summary>
    /// <param name="uniqueKey">Files of the first servers had it the other way round.</param>
    private void MakeEventsOfVersion3(string uniqueKey = "event_id, company_id") => Execute($"""
        DROP VIEW readable_status_events;
        DROP INDEX status_events_left;
        CREATE TEMP TABLE kept AS
            SELECT company_id, agent_id, origin, occurred_at, event_id, status, recorded_at FROM status_events;
        DROP TABLE status_events;
        CREATE TABLE status_events (
            company_id INTEGER NOT NULL,
            agent_id INTEGER NOT NULL,
            origin INTEGER NOT NULL CHECK (origin BETWEEN 1 AND 4),
            occurred_at INTEGER NOT NULL,
            event_id TEXT NOT NULL,
            status INTEGER NOT NULL CHECK (status BETWEEN 1 AND 7),
            recorded_at INTEGER NOT NULL,
            PRIMARY KEY (company_id, agent_id, origin, occurred_at, event_id),
            UNIQUE ({uniqueKey})
        ) STRICT, WITHOUT ROWID;
        INSERT INTO status_events SELECT * FROM kept;
        CREATE VIEW readable_status_events AS SELECT company_id, status, origin FROM status_events;
        {WithoutHoursFaults}
        DROP VIEW readable_call_steps;
        DROP TABLE call_steps;
        DROP TABLE retractions;
        DROP TABLE settings;
        DROP TABLE audit_log;
        {WithoutErasures}
        PRAGMA user_version = 3;
        """);
}
