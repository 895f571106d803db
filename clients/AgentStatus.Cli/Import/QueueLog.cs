using System.Text;
using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Cli.Import;

/// <summary>Asterisk's queue_log: time|call|queue|agent|event|data... What becomes of which event stands in
/// docs/import.md.</summary>
/// <param name="companyId">Whose log it is.</param>
/// <param name="source">What the log is called: makes the ids of events, with the line.</param>
/// <param name="agents">Numbers for the agents' names.</param>
internal sealed class QueueLog(long companyId, string source, AgentMap agents) : IEventReader
{
    private const int LeastFields = 5;
    private const string AutoPause = "Auto-Pause";

    private readonly Dictionary<string, QueueMember> _members = [];

    public IEnumerable<ImportedLine> Read(Stream stream)
    {
        foreach (var (number, bytes) in FileLines.Of(stream))
        {
            var text = Encoding.UTF8.GetString(bytes.Span);
            var fields = text.Split('|');
            yield return fields.Length < LeastFields
                ? Fault(number, text, $"has {fields.Length} fields, not {LeastFields} or more with | between them")
                : !TryTime(fields[0], out var at)
                    ? Fault(number, text, $"\"{fields[0]}\" is not a time in seconds since 1970")
                    : Line(number, text, new Entry(at, fields));
        }
    }

    private static ImportedLine Fault(long number, string text, string fault) => new(number, text) { Fault = fault };

    private static bool TryTime(string text, out DateTimeOffset at)
    {
        at = default;
        var isNumber = decimal.TryParse(
            text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds);
        var isTime = isNumber && seconds is > 0 and < 253_402_300_800;
        if (isTime) at = DateTimeOffset.UnixEpoch.AddMilliseconds((long)(seconds * 1_000));
        return isTime;
    }

    private ImportedLine Line(long number, string text, Entry entry)
    {
        var line = new ImportedLine(number, text);
        if (entry.Agent is QueueMember.None or "") return line;
        return entry.Event switch
        {
            "CONNECT" => line with
            {
                Event = Call(number, entry, Status.OnCall),
                Ring = Ring(entry, entry.SecondsAt(2), RingOutcome.Answered),
            },
            "COMPLETEAGENT" or "COMPLETECALLER" or "TRANSFER" or "BLINDTRANSFER" or "ATTENDEDTRANSFER" or "AGENTDUMP" =>
                line with { Event = Call(number, entry, Status.Online) },
            "RINGNOANSWER" => line with { Ring = Ring(entry, entry.MillisecondsAt(0), RingOutcome.NoAnswer) },
            "RINGCANCELED" => line with { Ring = Ring(entry, entry.MillisecondsAt(0), RingOutcome.Cancelled) },
            _ => line with { Event = Choice(number, entry) },
        };
    }

    private RecordStatusRequest? Choice(long number, Entry entry)
    {
        var member = MemberOf(entry);
        switch (entry.Event)
        {
            case "ADDMEMBER": member.Join(entry.Queue, entry.Data(0) == "PAUSED"); break;
            case "REMOVEMEMBER": member.Leave(entry.Queue); break;
            case "AGENTLOGIN" or "AGENTCALLBACKLOGIN": member.Join(QueueMember.None, isPaused: false); break;
            case "AGENTLOGOFF" or "AGENTCALLBACKLOGOFF": member.LeaveAll(); break;
            case "PAUSE": member.Pause(entry.Queue); break;
            case "PAUSEALL": member.PauseAll(); break;
            case "UNPAUSE": member.Unpause(entry.Queue); break;
            case "UNPAUSEALL": member.UnpauseAll(); break;
            default: return null;
        }

        var reason = entry.Event is "PAUSE" or "PAUSEALL" ? entry.Data(0) : null;
        if (member.Say(reason) is not var (status, label)) return null;
        var isRule = status == Status.Away && label == AutoPause;
        var said = Event(number, entry, status, isRule ? StatusOrigin.System : StatusOrigin.Agent);
        (said.Label, said.Actor) = (label, isRule ? "autopause" : "");
        return said;
    }

    private QueueMember MemberOf(Entry entry)
    {
        if (!_members.TryGetValue(entry.Agent, out var member)) _members.Add(entry.Agent, member = new());
        return member;
    }

    private RecordStatusRequest Call(long number, Entry entry, Status status)
    {
        MemberOf(entry).IsIn(entry.Queue);
        var call = Event(number, entry, status, StatusOrigin.Call);
        call.CallId = CallIds.Of(entry.Call);
        return call;
    }

    /// <summary>A ring that began so long before the line was written.</summary>
    private ClassifyRingTargetsRequest Ring(Entry entry, TimeSpan rang, RingOutcome outcome)
    {
        MemberOf(entry).IsIn(entry.Queue);
        return new()
        {
            CompanyId = companyId,
            CallId = CallIds.Of(entry.Call),
            RingAt = (entry.At - rang).ToTimestamp(),
            Record = true,
            Targets = { new RingTarget { AgentId = agents.NumberOf(entry.Agent), Outcome = outcome } },
        };
    }

    private RecordStatusRequest Event(long number, Entry entry, Status status, StatusOrigin origin) => new()
    {
        AgentId = agents.NumberOf(entry.Agent),
        Status = status,
        Origin = origin,
        OccurredAt = entry.At.ToTimestamp(),
        EventId = $"{source}:{number}",
        Sequence = number,
    };

    /// <summary>A line's fields.</summary>
    private readonly record struct Entry(DateTimeOffset At, string[] Fields)
    {
        public string Call => Fields[1];

        public string Queue => Fields[2];

        public string Agent => Fields[3];

        public string Event => Fields[4];

        public string Data(int index) => Fields.Length > LeastFields + index ? Fields[LeastFields + index].Trim() : "";

        public TimeSpan SecondsAt(int index) => TimeSpan.FromSeconds(Number(index));

        public TimeSpan MillisecondsAt(int index) => TimeSpan.FromMilliseconds(Number(index));

        private int Number(int index) => int.TryParse(
            Data(index), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }
}
