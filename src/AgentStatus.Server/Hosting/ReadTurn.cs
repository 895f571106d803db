namespace AgentStatus.Server.Hosting;

/// <summary>Lets one of those that wait go on at a time, in the order in which they came. Turns of an address stand
/// within one for all, so that an address with many connections takes no more of them than one with a single
/// connection. Any thread.</summary>
internal sealed class ReadTurn
{
    private readonly SemaphoreSlim _one = new(1);
    private readonly Func<Task> _takeAsync;

    /// <summary>The turn for all.</summary>
    /// <param name="pass">Ends when the next one may have its turn.</param>
    public ReadTurn(Func<Task> pass) => _takeAsync = pass;

    /// <summary>One within another.</summary>
    public ReadTurn(ReadTurn all) => _takeAsync = all.TakeAsync;

    /// <summary>Ends when the caller's turn has come; the next one is waited for from then on.</summary>
    public async Task TakeAsync()
    {
        await _one.WaitAsync();
        try
        {
            await _takeAsync();
        }
        finally
        {
            _one.Release();
        }
    }
}
