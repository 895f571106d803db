using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Grpc.Core;

namespace AgentStatus.Client;

/// <content>The RPCs of AdminService: for operators. Where companies are divided
/// (<see cref="AgentStatusClientOptions.Partitions"/>) what names no company concerns each server by itself: it throws
/// <see cref="InvalidOperationException"/>.</content>
public sealed partial class AgentStatusClient
{
    /// <summary>Has the stored offline periods of a company, or of all companies, made anew from the events, and tells
    /// how far that is until all are written. It goes on without a reader.</summary>
    /// <param name="companyId">The company; null: all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<RebuildOfflinePeriodsResponse> RebuildOfflinePeriodsAsync(
        long? companyId, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = new RebuildOfflinePeriodsRequest { CompanyId = companyId ?? 0 };
        using var call = new AdminService.AdminServiceClient(_channels.Invoker)
            .RebuildOfflinePeriods(request, cancellationToken: cancellationToken);
        await foreach (var progress in call.ResponseStream.ReadAllAsync(cancellationToken))
            yield return progress;
    }

    /// <summary>Has everything that is stored of a company, or of all companies, compared with the rules, and tells how
    /// far that is and what is wrong. It ends with the reading.</summary>
    /// <param name="companyId">The company; null: all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<VerifyResponse> VerifyAsync(
        long? companyId, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var call = new AdminService.AdminServiceClient(_channels.Invoker)
            .Verify(new() { CompanyId = companyId ?? 0 }, cancellationToken: cancellationToken);
        await foreach (var progress in call.ResponseStream.ReadAllAsync(cancellationToken))
            yield return progress;
    }

    /// <summary>Writes a copy of the server's embedded database, as it was when the copy was made, and checks that all
    /// of it came.</summary>
    /// <param name="to">Takes the file's bytes.</param>
    /// <param name="progress">Is told of the bytes that came and of how many there are.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidDataException">What came is not the file that the server sent.</exception>
    public async Task BackupAsync(
        Stream to, IProgress<(long Bytes, long TotalBytes)>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using var call = new AdminService.AdminServiceClient(_channels.Invoker)
            .Backup(new(), cancellationToken: cancellationToken);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (bytes, isWhole) = (0L, false);
        await foreach (var part in call.ResponseStream.ReadAllAsync(cancellationToken))
        {
            hash.AppendData(part.Data.Span);
            await to.WriteAsync(part.Data.Memory, cancellationToken);
            bytes += part.Data.Length;
            progress?.Report((bytes, part.TotalBytes));
            if (!part.Sha256.IsEmpty) isWhole = part.Sha256.Span.SequenceEqual(hash.GetHashAndReset());
        }

        if (!isWhole) throw new InvalidDataException("The backup is not complete, or was changed on its way.");
    }

    /// <summary>Erases all that is stored of an agent, for good, and tells what that was. Waits for as long as it
    /// takes; it goes on without who waits, and asking again does no harm.</summary>
    public async Task<ErasedCounts> EraseAgentAsync(
        long companyId, long agentId, CancellationToken cancellationToken = default)
    {
        var request = new EraseAgentRequest { CompanyId = companyId, AgentId = agentId };
        var call = new AdminService.AdminServiceClient(_channels.Invoker)
            .EraseAgentAsync(request, cancellationToken: cancellationToken);
        return (await Answer(call, cancellationToken)).Erased;
    }

    /// <summary>Erases all that is stored of a company, as <see cref="EraseAgentAsync"/> does of an agent.</summary>
    public async Task<ErasedCounts> EraseCompanyAsync(long companyId, CancellationToken cancellationToken = default)
    {
        var call = new AdminService.AdminServiceClient(_channels.Invoker)
            .EraseCompanyAsync(new() { CompanyId = companyId }, cancellationToken: cancellationToken);
        return (await Answer(call, cancellationToken)).Erased;
    }

    /// <summary>Lists who changed what, and what became of it: all entries, page after page as they are read.</summary>
    public async IAsyncEnumerable<AuditEntry> ListAuditLogAsync(
        ListAuditLogRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        request = request.Clone();
        do
        {
            var page = await Answer(
                new AdminService.AdminServiceClient(_channels.Invoker).ListAuditLogAsync(
                    request, Call(_options.BreakdownDeadline, cancellationToken)),
                cancellationToken);
            request.PageToken = page.NextPageToken;
            foreach (var one in page.Entries) yield return one;
        }
        while (request.PageToken.Length > 0);
    }
}
