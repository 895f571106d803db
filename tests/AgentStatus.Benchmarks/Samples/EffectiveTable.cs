using AgentStatus.Core.Timelines;
using NpgsqlTypes;

namespace AgentStatus.Benchmarks.Samples;

/// <summary>What one would build on PostgreSQL instead: a table of effective statuses, worked out beforehand, with an
/// index that covers both questions.</summary>
internal static class EffectiveTable
{
    public static void Create(PostgresServer postgres, string table,
        IEnumerable<(AgentKey Agent, Timeline Timeline)> timelines,
        long fromMs, long toMs)
    {
        postgres.Execute($"""
            CREATE UNLOGGED TABLE {table} (
                company_id bigint NOT NULL, agent_id bigint NOT NULL, started_at timestamptz NOT NULL,
                ended_at timestamptz NOT NULL, status smallint NOT NULL, origin smallint NOT NULL)
            """);
        Copy(postgres, table, timelines, fromMs, toMs);
        postgres.Execute(
            $"CREATE UNIQUE INDEX ON {table} (company_id, agent_id, started_at) INCLUDE (ended_at, status, origin)");
        postgres.Execute($"VACUUM (ANALYZE) {table}");
        postgres.Execute($"ALTER TABLE {table} SET (autovacuum_enabled = off)");
    }

    private static void Copy(PostgresServer postgres, string table,
        IEnumerable<(AgentKey Agent, Timeline Timeline)> timelines, long fromMs, long toMs)
    {
        using var connection = postgres.Open();
        using var rows = connection.BeginBinaryImport($"COPY {table} FROM STDIN (FORMAT binary)");
        foreach (var (agent, timeline) in timelines)
        {
            foreach (var interval in timeline.Between(fromMs, toMs))
            {
                if (interval.Effective.Status == Status.Unknown) continue;
                rows.StartRow();
                rows.Write(agent.CompanyId, NpgsqlDbType.Bigint);
                rows.Write(agent.AgentId, NpgsqlDbType.Bigint);
                rows.Write(Instant(interval.StartMs), NpgsqlDbType.TimestampTz);
                rows.Write(Instant(interval.EndMs), NpgsqlDbType.TimestampTz);
                rows.Write((short)interval.Effective.Status, NpgsqlDbType.Smallint);
                rows.Write((short)interval.Effective.Origin, NpgsqlDbType.Smallint);
            }
        }

        rows.Complete();
    }

    private static DateTime Instant(long instantMs) => DateTimeOffset.FromUnixTimeMilliseconds(instantMs).UtcDateTime;
}
