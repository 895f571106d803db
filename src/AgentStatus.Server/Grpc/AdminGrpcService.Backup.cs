using System.Security.Cryptography;
using AgentStatus.Server.Configuration;
using AgentStatus.V1;
using Google.Protobuf;
using Grpc.Core;

namespace AgentStatus.Server.Grpc;

internal sealed partial class AdminGrpcService
{
    private bool _isBackingUp;

    public override async Task Backup(
        BackupRequest request, IServerStreamWriter<BackupResponse> responses, ServerCallContext context)
    {
        if (store.Backup is not { } backup) throw Refusals.NoBackup();
        if (Interlocked.Exchange(ref _isBackingUp, true)) throw Refusals.BackupUnderWay();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(
            context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            // Reads all of the file, which takes long: not on a thread of the pool.
            await using var copy = await Task.Factory.StartNew(
                () => backup.Copy(ended.Token), ended.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await SendAsync(copy, responses, ended.Token);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw Refusals.Stopping();
        }
        finally
        {
            Volatile.Write(ref _isBackingUp, false);
        }
    }

    private static async Task SendAsync(
        Stream copy, IServerStreamWriter<BackupResponse> responses, CancellationToken cancellation)
    {
        var totalBytes = copy.Length;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (true)
        {
            var chunk = new byte[ServerLimits.BackupChunkBytes];
            var read = await copy.ReadAtLeastAsync(chunk, chunk.Length, throwOnEndOfStream: false, cancellation);
            if (read == 0) break;
            hash.AppendData(chunk, 0, read);
            var data = UnsafeByteOperations.UnsafeWrap(chunk.AsMemory(0, read));
            await responses.WriteAsync(new() { TotalBytes = totalBytes, Data = data }, cancellation);
        }

        var sha256 = UnsafeByteOperations.UnsafeWrap(hash.GetHashAndReset());
        await responses.WriteAsync(new() { TotalBytes = totalBytes, Sha256 = sha256 }, cancellation);
    }
}
