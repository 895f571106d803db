namespace AgentStatus.Cli.Rendering;

/// <summary>A bucket's time by how it is shown: the statuses in order, then outside hours, then unknown.</summary>
internal sealed class BucketShares
{
    private const int BarCells = 24;

    private readonly List<(StatusLook Look, TimeSpan Time)> _shares;

    public BucketShares(BreakdownBucket bucket)
    {
        StartAt = bucket.StartTime.ToDateTimeOffset();
        Length = bucket.Length();
        _shares = [
            .. bucket.Durations.Select(entry => (StatusLook.Of(entry.Status), entry.Duration.ToTimeSpan())),
            (StatusLook.OutsideHours, bucket.OutsideHours?.ToTimeSpan() ?? TimeSpan.Zero),
            (StatusLook.Unknown, bucket.Unknown?.ToTimeSpan() ?? TimeSpan.Zero)];
    }

    public DateTimeOffset StartAt { get; }

    /// <summary>The bucket's end - start.</summary>
    public TimeSpan Length { get; }

    /// <summary>What the shares add up to: the length, if the server counted right.</summary>
    public TimeSpan Sum => new(_shares.Sum(share => share.Time.Ticks));

    /// <summary>The columns that a table of these buckets needs: those with any time in them.</summary>
    public static IReadOnlyList<StatusLook> Columns(IEnumerable<BucketShares> buckets)
    {
        var used = buckets.SelectMany(bucket => bucket._shares)
            .Where(share => share.Time > TimeSpan.Zero)
            .Select(share => share.Look)
            .ToHashSet();
        return [
            .. Enum.GetValues<Status>()
                .Where(status => status is not (Status.Unspecified or Status.Left)).Select(StatusLook.Of)
                .Append(StatusLook.OutsideHours).Append(StatusLook.Unknown).Where(used.Contains)];
    }

    public TimeSpan Of(StatusLook look) =>
        new(_shares.Where(share => share.Look == look).Sum(share => share.Time.Ticks));

    /// <summary>The shares to scale. Each edge is rounded by itself, so that the bar is always of one length.</summary>
    public string Bar()
    {
        var (bar, done, cells) = ("", TimeSpan.Zero, 0);
        foreach (var (look, time) in _shares)
        {
            done += time;
            var edge = Sum == TimeSpan.Zero ? 0 : (int)Math.Round(BarCells * (done / Sum));
            bar += look.Bar(edge - cells);
            cells = edge;
        }

        return bar;
    }
}
