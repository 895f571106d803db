namespace AgentStatus.Benchmarks.Running;

/// <summary>The figures of one quantity, a pair a round. All sides of a round are measured one after the other, and
/// they swap places from round to round: what disturbs the machine for longer than a round disturbs all of
/// them.</summary>
internal sealed class Rounds(string name, string unit, Target target, string note = "")
{
    /// <summary>The note of what runs in this process.</summary>
    public const string InProcess = "in this program: an earlier build (--against) cannot stand beside it";

    private readonly List<double> _ours = [];
    private readonly List<double> _theirs = [];

    /// <summary>Measures all sides round by round: A B, B A, A B, ...</summary>
    public static void Interleave(int rounds, params IReadOnlyList<Action> sides)
    {
        for (var round = 0; round < rounds; round++) Take(round, sides);
    }

    /// <summary>One round of it.</summary>
    public static void Take(int round, IReadOnlyList<Action> sides)
    {
        foreach (var side in round % 2 == 0 ? sides : sides.Reverse()) side();
    }

    public bool IsEmpty => _ours.Count == 0;

    public void Add(double ours, double theirs)
    {
        AddOurs(ours);
        AddTheirs(theirs);
    }

    public void AddOurs(double value) => _ours.Add(value);

    public void AddTheirs(double value) => _theirs.Add(value);

    /// <summary>Measures both sides in turns; the target judges their ratio.</summary>
    public Row Compare(int rounds, Func<double> ours, Func<double> theirs)
    {
        Interleave(rounds, () => AddOurs(ours()), () => AddTheirs(theirs()));
        return Compared();
    }

    /// <summary>The target judges the ratio of the two sides.</summary>
    public Row Compared()
    {
        var ratios = _ours.Zip(_theirs, (ours, theirs) => ours / theirs).ToArray();
        return Row(Median(ratios), Spread(ratios), Median(ratios));
    }

    /// <summary>The target judges our own value.</summary>
    public Row Absolute()
    {
        var ours = Median(_ours);
        return Row(ours / Median(_theirs), Spread(_ours), ours);
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>A figure that is none, of a round without an answer, say, stays empty and is not judged.</summary>
    private Row Row(double ratio, double? spread, double judged) => new(
        name, Finite(Median(_ours)), Finite(Median(_theirs)), unit, Finite(ratio), spread, target.Text,
        double.IsFinite(judged) ? target.Holds?.Invoke(judged) : null, note);

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    /// <summary>None where nothing differs, zeros included; JSON knows no infinity.</summary>
    private static double? Spread(IReadOnlyCollection<double> values)
    {
        if (values.Max() == values.Min()) return 0;
        var spread = (values.Max() - values.Min()) / Median(values);
        return double.IsFinite(spread) ? spread : null;
    }
}
