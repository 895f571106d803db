using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace AgentStatus.TestKit;

/// <summary>Waits for what must become true, with a limit.</summary>
public static class Until
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public static Task TrueAsync(
        Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        TrueAsync(condition, () => what);

    public static Task TrueAsync(Func<bool> condition, Func<string> what) =>
        TrueAsync(() => Task.FromResult(condition()), what);

    public static Task TrueAsync(
        Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        TrueAsync(condition, () => what);

    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string> what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > Limit)
                throw new TimeoutException($"after {Limit} still not: {what()}");
            await Task.Delay(Pause);
        }
    }
}
