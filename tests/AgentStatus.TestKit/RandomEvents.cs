using AgentStatus.Core;

namespace AgentStatus.TestKit;

/// <summary>Event sets that hit what matters: ties, lost call ends, wrap-ups, bursts, long silences.</summary>
public static class RandomEvents
{
    public static readonly AgentKey Agent = new(280197, 380171);

    public const long StartMs = 1_772_000_000_000;

    public static List<StatusEvent> Of(Random random, int most = 40)
    {
        var events = new List<StatusEvent>();
        var count = random.Next(0, most);
        var atMs = StartMs;
        for (var i = 0; i < count; i++)
        {
            atMs += random.Next(8) switch
            {
                0 => 0,
                1 => random.Next(0, 3),
                2 => 3_600_000,
                3 => 12 * 3_600_000,
                4 => random.Next(0, 3_600_000 * 2),
                5 => random.Next(0, 3_600_000 * 14),
                _ => random.Next(0, 600_000),
            };
            Origin origin;
            Status status;
            do (origin, status) = ((Origin)random.Next(1, 5), (Status)random.Next(1, 8));
            while (!StatusRules.MayCarry(origin, status));
            events.Add(new StatusEvent(Agent, status, origin, atMs, $"{(char)random.Next('0', 'z')}{i}"));
        }

        return events;
    }

    public static List<StatusEvent> Sorted(IEnumerable<StatusEvent> events)
    {
        var sorted = events.ToList();
        sorted.Sort(StatusEvent.Compare);
        return sorted;
    }
}
