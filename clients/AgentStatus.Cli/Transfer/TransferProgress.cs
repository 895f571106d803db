namespace AgentStatus.Cli.Transfer;

/// <summary>Shows how far a transfer is: a bar with rate and time left on a terminal, else a line every few
/// seconds.</summary>
internal sealed class TransferProgress(IAnsiConsole console, string what, string unit, long total)
    : IProgress<(long Bytes, long TotalBytes)>
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    private long _done;
    private long _items;
    private long _total = total;

    /// <summary>How long the work took.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>What was counted so far.</summary>
    public long Items => Volatile.Read(ref _items);

    /// <summary>So much of the total is done, and so many items of it. Any thread.</summary>
    public void Add(long done, long items)
    {
        Interlocked.Add(ref _done, done);
        Interlocked.Add(ref _items, items);
    }

    /// <summary>So much of the total is done. One thread.</summary>
    public void MoveTo(long done) => Volatile.Write(ref _done, done);

    /// <summary>So many bytes of all are done, which is known only now. One thread.</summary>
    public void Report((long Bytes, long TotalBytes) value)
    {
        Volatile.Write(ref _total, value.TotalBytes);
        Volatile.Write(ref _items, value.Bytes);
        MoveTo(value.Bytes);
    }

    /// <summary>Shows the work until it ends.</summary>
    public async Task ShowAsync(Func<Task> work)
    {
        var startedAt = TimeProvider.System.GetTimestamp();
        await ShowAsync(work, startedAt);
        Elapsed = TimeProvider.System.GetElapsedTime(startedAt);
    }

    private async Task ShowAsync(Func<Task> work, long startedAt)
    {
        if (!console.Profile.Capabilities.Ansi || !console.Profile.Capabilities.Interactive)
        {
            await WatchAsync(Task.Run(work), LineInterval, () => console.WriteLine(Line(startedAt)));
            return;
        }

        await console.Progress().Columns(
            new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask(what.EscapeMarkup(), maxValue: Math.Max(1, _total));
                void Show()
                {
                    bar.MaxValue = Math.Max(1, Volatile.Read(ref _total));
                    bar.Value = Volatile.Read(ref _done);
                    bar.Description = $"{what.EscapeMarkup()}: {Rate(startedAt)}";
                }

                await WatchAsync(Task.Run(work), Interval, Show);
                Show();
                bar.StopTask();
            });
    }

    private static async Task WatchAsync(Task work, TimeSpan interval, Action show)
    {
        using var ticks = new PeriodicTimer(interval);
        while (await Task.WhenAny(work, ticks.WaitForNextTickAsync().AsTask()) != work) show();
        await work;
    }

    private string Line(long startedAt)
    {
        var elapsed = TimeProvider.System.GetElapsedTime(startedAt);
        var part = Math.Clamp(Volatile.Read(ref _done) / (double)Math.Max(1, _total), 0.001, 1);
        return _total == 0
            ? $"{what}: {Rate(startedAt)}"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{what}: {100 * part:0} %, {Rate(startedAt)}, {DurationLeft(elapsed, part)} left");
    }

    private string Rate(long startedAt)
    {
        var seconds = Math.Max(0.001, TimeProvider.System.GetElapsedTime(startedAt).TotalSeconds);
        return string.Create(CultureInfo.InvariantCulture, $"{Items:N0} {unit}, {Items / seconds:N0}/s");
    }

    private static string DurationLeft(TimeSpan elapsed, double part) =>
        TimeSpan.FromSeconds(Math.Ceiling(elapsed.TotalSeconds * (1 - part) / part))
            .ToString("h\\:mm\\:ss", CultureInfo.InvariantCulture);
}
