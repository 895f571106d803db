// Hot path: a tagged counter looks up its tags at each count, this adds to a cell.
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using AgentStatus.Core.Rings;

namespace AgentStatus.Server;

/// <summary>How many rings were classified as what, since the start. Any thread; each processor has cells of its own,
/// so that they do not wait for each other.</summary>
internal sealed class RingCounts
{
    /// <summary>Places for classifications: two cache lines.</summary>
    public const int Places = 16;

    private static readonly int Stripes = (int)System.Numerics.BitOperations.RoundUpToPowerOf2(
        (uint)Environment.ProcessorCount);

    private static readonly KeyValuePair<string, object?>[] Tags =
    [
        .. Enum.GetValues<RingClassification>().Select(
            classification => new KeyValuePair<string, object?>("classification", Names.Of(classification))),
    ];

    private readonly long[] _counts = new long[Stripes * Places];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(RingClassification classification, int rings = 1) => Interlocked.Add(
        ref _counts[((Thread.GetCurrentProcessorId() & (Stripes - 1)) * Places) + (int)classification], rings);

    /// <summary>Adds those of a group, by classification.</summary>
    public void Add(ReadOnlySpan<int> rings)
    {
        for (var i = 0; i < rings.Length; i++)
            if (rings[i] > 0) Add((RingClassification)i, rings[i]);
    }

    /// <summary>The counts, of all classifications that there are.</summary>
    public IEnumerable<Measurement<long>> Measure() => Enum.GetValues<RingClassification>()
        .Where(classification => classification != RingClassification.Unspecified)
        .Select(classification => new Measurement<long>(
            Enumerable.Range(0, Stripes).Sum(stripe => Volatile.Read(
                ref _counts[(stripe * Places) + (int)classification])),
            Tags[(int)classification]));
}
