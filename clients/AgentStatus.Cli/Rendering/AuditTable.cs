namespace AgentStatus.Cli.Rendering;

/// <summary>Entries of the audit log, by time.</summary>
internal static class AuditTable
{
    public static void Write(IAnsiConsole console, IReadOnlyCollection<AuditEntry> entries)
    {
        if (entries.Count == 0)
        {
            console.WriteLine("No such entries.");
            return;
        }

        var table = new Table().RoundedBorder().AddColumns("When", "Who", "From", "What", "Of", "Outcome");
        foreach (var entry in entries)
        {
            table.AddRow([
                InstantText.Utc(entry.RecordedAt),
                entry.Identity.EscapeMarkup(),
                entry.Address.EscapeMarkup(),
                entry.Rpc.EscapeMarkup(),
                Of(entry).EscapeMarkup(),
                entry.Outcome.EscapeMarkup()]);
        }

        console.Write(table);
    }

    private static string Of(AuditEntry entry)
    {
        string?[] ids =
        [
            entry.CompanyId == 0 ? "all companies" : $"company {entry.CompanyId}",
            entry.AgentId == 0 ? null : $"agent {entry.AgentId}",
            entry.EventId.Length == 0 ? null : $"event {entry.EventId}",
        ];
        return string.Join(", ", ids.OfType<string>());
    }
}
