namespace AgentStatus.Cli.Seed;

/// <summary>What `seed` makes up. The same plan gives the same events, ids included; one that ends later has those
/// of the one that ended earlier, and what came after.</summary>
/// <param name="CompanyId">Whose events they are.</param>
/// <param name="Agents">Agents 1 to this one. At least 1.</param>
/// <param name="Days">Days before and with the last one. At least 1.</param>
/// <param name="Number">Which of the companies that could be made up.</param>
/// <param name="Zone">Where the company works.</param>
/// <param name="EndAt">Nothing happens at or after this.</param>
internal sealed record SeedPlan(
    long CompanyId, int Agents, int Days, int Number, TimeZoneInfo Zone, DateTimeOffset EndAt)
{
    private static readonly TimeSpan DayBeginsAt = TimeSpan.FromHours(6);

    /// <summary>Which all event ids begin with.</summary>
    public string IdPrefix => $"seed-{Number}-{Agents}-{Zone.Id}-";

    /// <summary>The date whose working day lasts at the end. It goes from 6:00 to 6:00.</summary>
    public DateOnly LastDate =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(EndAt, Zone).DateTime - DayBeginsAt);

    public DateOnly FirstDate => LastDate.AddDays(1 - Days);

    /// <summary>The agent who works here for a season at a time and leaves in between: the last one. A company of one
    /// has none.</summary>
    public long? SeasonalAgent => Agents > 1 ? Agents : null;

    /// <summary>Random numbers for one purpose of one date: independent of all others.</summary>
    public Random RandomOf(DateOnly date, long purpose) =>
        new((int)Mix(Mix(Mix((ulong)Number, Agents), date.DayNumber), purpose));

    /// <summary>When the clocks of the zone show this. A time that is skipped is the one an hour later.</summary>
    public DateTimeOffset Instant(DateOnly date, TimeSpan time)
    {
        var local = date.ToDateTime(TimeOnly.MinValue) + time;
        if (Zone.IsInvalidTime(local)) local = local.AddHours(1);
        return new DateTimeOffset(local, Zone.GetUtcOffset(local)).ToUniversalTime();
    }

    /// <summary>A step of SplitMix64: a hash that is the same in every process.</summary>
    private static ulong Mix(ulong state, long value)
    {
        var mixed = state + unchecked((ulong)value * 0x9E3779B97F4A7C15) + 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
