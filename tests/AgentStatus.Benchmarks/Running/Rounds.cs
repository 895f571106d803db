namespace AgentStatus.Benchmarks.Running;

/// <summary>The figures of one quantity, a pair a round. All sides of a round are measured one after the other, and
/// they swap places from round to round: what disturbs the machine for longer than a round disturbs all of
/// them.</summary>
internal sealed class Rounds(string name, string unit, Target target, string note = "")
{
    private readonly List<double> _ours = [];
    private readonly List<double> _theirs = [];

    /// <summary>Measures all sides round by round: A B, B A, A B, ...</summary>
    public static void Interleave(int rounds, params IReadOnlyList<Action> sides)
    {
        for (var round = 0; round < rounds; round++)
            foreach (var side in round % 2 == 0 ? sides : sides.Reverse()) side();
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
        var ratio = Median(ratios);
        return new(name, Median(_ours), Median(_theirs), unit, ratio, Spread(ratios), target.Text,
            target.Holds?.Invoke(ratio), note);
    }

    /// <summary>The target judges our own value.</summary>
    public Row Absolute()
    {
        var ours = Median(_ours);
        double? theirs = _theirs.Count == 0 ? null : Median(_theirs);
        return new(name, ours, theirs, unit, ours / theirs, Spread(_ours), target.Text, target.Holds?.Invoke(ours),
            note);
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>None where nothing differs, zeros included; JSON knows no infinity.</summary>
    private static double? Spread(IReadOnlyCollection<double> values)
    {
        if (values.Max() == values.Min()) return 0;
        var spread = (values.Max() - values.Min()) / Median(values);
        return double.IsFinite(spread) ? spread : null;
    }
}
