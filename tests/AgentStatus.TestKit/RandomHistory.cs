using AgentStatus.Core;

namespace AgentStatus.TestKit;

/// <summary>Histories in which things collide: few instants, few calls and devices, ends that come early or get
/// lost.</summary>
public static class RandomHistory
{
    public const long StartMs = RandomEvents.StartMs;

    private static readonly string[] Devices = ["", "phone", "desktop", "tab"];
    private static readonly string[] Labels = ["", "", "Lunch", "Training"];

    /// <summary>Events in no order. Some histories have no new fields at all, some all of them.</summary>
    public static List<StatusEvent> Of(Random random, long onCallLimitMs, long wrapUpLimitMs, int most = 24)
    {
        var (calls, devices, labels) = (random.Next(3), random.Next(3), random.Next(2));

        // Browser tabs come and go: more of them than an agent has devices.
        var isTabs = random.Next(6) == 0;
        var events = new List<StatusEvent>();
        var atMs = StartMs;
        for (var count = random.Next(1, isTabs ? 3 * most : most); events.Count < count;)
        {
            atMs += Step(random, onCallLimitMs, wrapUpLimitMs);
            var (origin, status) = Kind(random, isTabs);
            if (!MayCarry(origin, status)) continue;
            var device = isTabs ? $"tab-{random.Next(24)}" : devices > 0 ? Devices[random.Next(Devices.Length)] : "";
            var id = $"{(char)random.Next('0', 'z')}{events.Count}";
            events.Add(new StatusEvent(RandomEvents.Agent, status, origin, atMs, id)
            {
                Sequence = random.Next(3) == 0 ? random.Next(-2, 3) : 0,
                CallId = origin == Origin.Call && calls > 0 ? random.Next(calls == 1 ? 0 : 1, 4) : 0,
                DeviceId = origin is Origin.App or Origin.Agent ? device : "",
                Label = labels > 0 && origin is Origin.Agent or Origin.Supervisor or Origin.System
                    ? Labels[random.Next(Labels.Length)] : "",
            });
        }

        return events;
    }

    private static long Step(Random random, long onCallLimitMs, long wrapUpLimitMs) => random.Next(12) switch
    {
        0 or 1 or 2 => 0,
        3 => 1,
        4 => 60_000 + random.Next(-1, 2),
        5 => 30_000,
        6 => wrapUpLimitMs + random.Next(-1, 2),
        7 => onCallLimitMs + random.Next(-1, 2),
        8 => random.NextInt64(onCallLimitMs + wrapUpLimitMs),
        _ => random.Next(0, 600_000),
    };

    private static (Origin Origin, Status Status) Kind(Random random, bool isTabs)
    {
        var origin = random.Next(8) switch
        {
            > 0 when isTabs => Origin.App,
            0 => Origin.Agent,
            1 => Origin.Supervisor,
            2 => Origin.System,
            3 or 4 => Origin.App,
            _ => Origin.Call,
        };
        var status = (Status)random.Next(1, 9);
        if (origin == Origin.Call && random.Next(2) == 0) status = (Status)random.Next(3, 5);

        // Most tabs are closed, so that the one that is on counts.
        if (isTabs && origin == Origin.App && random.Next(6) > 0) status = Status.Offline;
        return (origin, status);
    }

    private static bool MayCarry(Origin origin, Status status) => origin switch
    {
        Origin.Call => status != Status.Left,
        Origin.App => status is Status.Online or Status.Idle or Status.Away or Status.Offline,
        _ => status is not (Status.OnCall or Status.WrapUp) && (status != Status.Left || origin != Origin.Agent),
    };
}
