using System.Globalization;

namespace AgentStatus.MongoGateway.Faults;

/// <summary>The one-line orders of the control port; the README of the folder lists them.</summary>
internal sealed class ControlLanguage(FaultPlan plan, ClientListener listener, Elections elections)
{
    /// <summary>Carries out one line; the answer is one line: "ok", "ok ..." or "error ...".</summary>
    public string Obey(string line)
    {
        try
        {
            return Obey(line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        }
        catch (FormatException)
        {
            return $"error not understood: {line}";
        }
    }

    private string Obey(string[] words)
    {
        switch (words)
        {
            case ["status"]:
                return $"ok connections={listener.Connections} accepting={(listener.Accepting ? 1 : 0)} " +
                    plan.Describe();
            case ["reset"]:
                plan.Reset();
                listener.Accept();
                return "ok";
            case ["cut"]:
                return $"ok {listener.Cut()}";
            case ["refuse"]:
                listener.Refuse();
                return "ok";
            case ["accept"]:
                listener.Accept();
                return "ok";
            case ["elect"]:
                elections.Elect();
                return "ok";
            case ["freeze"]:
                plan.Freeze();
                return "ok";
            case ["thaw"]:
                plan.Thaw();
                return "ok";
            default:
                plan.Add(ParseFault(words));
                return "ok";
        }
    }

    private static Fault ParseFault(string[] words) => words switch
    {
        ["delay", var ms, .. var target] => new(FaultKind.Delay, Target(target, FaultPlan.AnyCommand), Int(ms), null),
        ["delay-answer", var ms, .. var target] =>
            new(FaultKind.DelayAnswer, Target(target, FaultPlan.AnyCommand), Int(ms), null),
        ["fail", var times, var code, .. var target] =>
            new(FaultKind.Fail, Target(target, FaultPlan.AnyWrite), Int(code), Int(times)),
        ["lose-request", var times, .. var target] =>
            new(FaultKind.LoseRequest, Target(target, FaultPlan.AnyWrite), 0, Int(times)),
        ["lose-answer", var times, .. var target] =>
            new(FaultKind.LoseAnswer, Target(target, FaultPlan.AnyWrite), 0, Int(times)),
        ["swallow-answer", var times, .. var target] =>
            new(FaultKind.SwallowAnswer, Target(target, FaultPlan.AnyWrite), 0, Int(times)),
        _ => throw new FormatException(),
    };

    private static string Target(string[] words, string otherwise) => words switch
    {
        [] => otherwise,
        [var target] => target,
        _ => throw new FormatException(),
    };

    private static int Int(string word) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0
            ? value
            : throw new FormatException();
}
