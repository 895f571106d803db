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

    private string Obey(string[] words) => words switch
    {
        ["status"] =>
            $"ok connections={listener.Connections} accepting={(listener.Accepting ? 1 : 0)} {plan.Describe()}",
        ["reset"] => Done(() =>
        {
            plan.Reset();
            listener.Accept();
        }),
        ["cut"] => $"ok {listener.Cut()}",
        ["refuse"] => Done(listener.Refuse),
        ["accept"] => Done(() => listener.Accept()),
        ["elect"] => Done(elections.Elect),
        ["freeze"] => Done(plan.Freeze),
        ["thaw"] => Done(plan.Thaw),
        _ => Done(() => plan.Add(ParseFault(words))),
    };

    private static string Done(Action order)
    {
        order();
        return "ok";
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
