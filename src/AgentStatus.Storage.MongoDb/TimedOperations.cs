using System.Runtime.CompilerServices;

namespace AgentStatus.Storage.MongoDb;

/// <summary>Runs operations on the database, each within a limit. A store's contract is synchronous, for its callers
/// have threads of their own (the writer's, the follower's, a start's), and the driver is asynchronous:
/// <see cref="Wait"/> is the one place where a thread blocks on the driver. For any thread; operations run side by
/// side.</summary>
/// <param name="length">How long each may take as a whole, or each answer of the server to it.</param>
/// <param name="isPerAnswer">Which of both: long readings come in many answers.</param>
/// <param name="atATime">How many run at a time; further ones wait within their limit.</param>
internal sealed class TimedOperations(
    StatusDatabase database, TimeSpan length, bool isPerAnswer = false, int atATime = int.MaxValue)
{
    private readonly SemaphoreSlim _places = new(atATime);

    /// <summary>Runs a reading, or what may be done again, and waits for it.</summary>
    /// <exception cref="StoreException">It failed, or took too long.</exception>
    public T Run<T>(Func<TimeLimit, Task<T>> operation, [CallerMemberName] string name = "") =>
        Wait(RunAsync(operation, name));

    /// <inheritdoc cref="Run{T}"/>
    public void Run(Func<TimeLimit, Task> operation, [CallerMemberName] string name = "") =>
        Run(time => Answer(operation(time)), name);

    /// <summary>Runs a reading that belongs to a write.</summary>
    /// <exception cref="StoreUnreachableException">It was not answered: that says nothing of writes.</exception>
    public T RunOfWrite<T>(Func<TimeLimit, Task<T>> reading, [CallerMemberName] string name = "")
    {
        try
        {
            return Run(reading, name);
        }
        catch (StoreUnreachableException failure)
        {
            throw new StoreUnreachableException(failure.Message, failure) { IsOfRead = true };
        }
    }

    /// <summary>Runs it without waiting.</summary>
    public Task<T> RunAsync<T>(Func<TimeLimit, Task<T>> operation, [CallerMemberName] string name = "") =>
        RunAsync(operation, MongoFailures.Explain, name);

    /// <summary>Runs a write and waits for it.</summary>
    /// <exception cref="StoreUnreachableException">It was not confirmed, for whatever reason: it may have been done, or
    /// may yet be.</exception>
    public T Write<T>(Func<TimeLimit, Task<T>> write, [CallerMemberName] string name = "") =>
        Wait(RunAsync(write, MongoFailures.Unconfirmed, name));

    /// <inheritdoc cref="Write{T}"/>
    public void Write(Func<TimeLimit, Task> write, [CallerMemberName] string name = "") =>
        Write(time => Answer(write(time)), name);

    /// <summary>Blocks until an operation that has a limit of its own is done.</summary>
    public static T Wait<T>(Task<T> operation) => operation.GetAwaiter().GetResult();

    private static async Task<bool> Answer(Task operation)
    {
        await operation;
        return true;
    }

    private async Task<T> RunAsync<T>(
        Func<TimeLimit, Task<T>> operation, Func<Exception, string, StoreException> explain, string name)
    {
        using var time = new TimeLimit(length, isPerAnswer);
        try
        {
            await _places.WaitAsync(time.Token);
            try
            {
                return await operation(time);
            }
            finally
            {
                _places.Release();
            }
        }
        catch (OperationCanceledException failure) when (time.Token.IsCancellationRequested)
        {
            throw MongoFailures.TooLate(failure, name, database, length);
        }
        catch (Exception failure) when (MongoFailures.IsOfDatabase(failure))
        {
            throw explain(failure, $"{database.Description}, {name}");
        }
    }
}

/// <summary>How long the driver may take, as a token that every request to it is given: the driver has no limit for an
/// operation as a whole. When the time is over the request ends, and the connection that it used is closed.</summary>
/// <param name="length">For the operation as a whole, or for each answer.</param>
internal sealed class TimeLimit(TimeSpan length, bool isPerAnswer) : IDisposable
{
    private readonly CancellationTokenSource _over = new(length);

    public CancellationToken Token => _over.Token;

    /// <summary>The server has answered, and is asked for more.</summary>
    public void Answered()
    {
        if (isPerAnswer)
            _over.CancelAfter(length);
    }

    public void Dispose() => _over.Dispose();
}
