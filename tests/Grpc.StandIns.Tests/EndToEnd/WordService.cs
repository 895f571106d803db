using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.StandIns.Tests.Words;

namespace Grpc.StandIns.Tests;

/// <summary>The service under test; some words make it do more than its proto says.</summary>
internal sealed class WordService : Words.WordService.WordServiceBase
{
    /// <summary>Waits until the call is cancelled.</summary>
    public const string Wait = "wait";

    /// <summary>Fails with details in the trailers.</summary>
    public const string Fail = "fail";

    /// <summary>Fails as UNAVAILABLE the first two times.</summary>
    public const string FailTwice = "fail twice";

    public static readonly byte[] Details = [0, 1, 254, 255];

    private int _failures;

    /// <summary>The contexts of the calls that came, as the service saw them.</summary>
    public ConcurrentQueue<(Metadata Headers, DateTime Deadline, string Method, string Peer)> Calls { get; } = [];

    /// <summary>Completed when a call has been cancelled, as its service sees it.</summary>
    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override async Task<Word> Shout(Word request, ServerCallContext context)
    {
        context.CancellationToken.Register(() => Cancelled.TrySetResult());
        Calls.Enqueue((context.RequestHeaders, context.Deadline, context.Method, context.Peer));
        switch (request.Text)
        {
            case Wait:
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
                break;
            case Fail:
                throw new RpcException(
                    new Status(StatusCode.FailedPrecondition, "not today"),
                    new Metadata { { "grpc-status-details-bin", Details }, { "reason", "test" } });
            case FailTwice when Interlocked.Increment(ref _failures) <= 2:
                throw new RpcException(new Status(StatusCode.Unavailable, "not yet"));
        }

        await context.WriteResponseHeadersAsync(new Metadata { { "greeting", "hello" } });
        context.ResponseTrailers.Add("farewell", "bye");
        return new Word { Text = request.Text.ToUpperInvariant() };
    }

    public override async Task<Word> Join(IAsyncStreamReader<Word> requestStream, ServerCallContext context)
    {
        List<string> words = [];
        await foreach (var word in requestStream.ReadAllAsync(context.CancellationToken))
            words.Add(word.Text);

        return new Word { Text = string.Join(' ', words) };
    }

    public override async Task Spell(
        Word request, IServerStreamWriter<Word> responseStream, ServerCallContext context)
    {
        context.CancellationToken.Register(() => Cancelled.TrySetResult());
        foreach (var letter in request.Text)
            await responseStream.WriteAsync(new Word { Text = letter.ToString() }, context.CancellationToken);

        if (request.Text == Wait)
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
    }

    public override async Task Echo(
        IAsyncStreamReader<Word> requestStream, IServerStreamWriter<Word> responseStream, ServerCallContext context)
    {
        await foreach (var word in requestStream.ReadAllAsync(context.CancellationToken))
            await responseStream.WriteAsync(new Word { Text = word.Text.ToUpperInvariant() });
    }
}
