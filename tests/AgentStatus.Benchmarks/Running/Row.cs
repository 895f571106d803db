namespace AgentStatus.Benchmarks.Running;

/// <summary>One line of the result.</summary>
/// <param name="Name">The comparison, a slash, what was measured.</param>
/// <param name="Ours">Median of the rounds; null: not measured.</param>
/// <param name="Theirs">The other side's median; null: there is none, or it is not installed.</param>
/// <param name="Unit">Of both.</param>
/// <param name="Ratio">Median of the rounds' ratios, ours by theirs; null without a peer.</param>
/// <param name="Spread">Largest less smallest ratio (without a peer: value) of the rounds, as a part of the
/// median.</param>
/// <param name="Target">What is to be reached, for people; empty: the row only informs.</param>
/// <param name="Holds">Whether it is reached; null where nothing is to be reached or nothing was measured.</param>
/// <param name="Note">What a reader has to know: what is missing, or how it was measured.</param>
internal sealed record Row(
    string Name,
    double? Ours,
    double? Theirs,
    string Unit,
    double? Ratio,
    double? Spread,
    string Target,
    bool? Holds,
    string Note = "")
{
    /// <summary>A row that could not be measured, and why.</summary>
    public static Row NotMeasured(string name, Target target, string why) =>
        new(name, null, null, "", null, null, target.Text, null, why);
}
