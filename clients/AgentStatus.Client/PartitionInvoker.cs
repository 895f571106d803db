using Grpc.Core;

namespace AgentStatus.Client;

/// <summary>Sends each request to the servers of its company's part.</summary>
internal sealed class PartitionInvoker(IReadOnlyList<CallInvoker> parts) : CallInvoker
{
    /// <inheritdoc/>
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        PartOf(method, request).BlockingUnaryCall(method, host, options, request);

    /// <inheritdoc/>
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        PartOf(method, request).AsyncUnaryCall(method, host, options, request);

    /// <inheritdoc/>
    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        PartOf(method, request).AsyncServerStreamingCall(method, host, options, request);

    /// <inheritdoc/>
    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw NotOfAPart(method);

    /// <inheritdoc/>
    /// <remarks>A <see cref="RingTargetStream"/> has a stream for each part.</remarks>
    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw NotOfAPart(method);

    private CallInvoker PartOf<TRequest, TResponse>(Method<TRequest, TResponse> method, TRequest request)
        where TRequest : class
        where TResponse : class
    {
        if (Company<TRequest>.Of?.Invoke(request) is { } companyId
            && (companyId != 0 || method.ServiceName != AdminService.Descriptor.FullName))
            return parts[PartitionHash.IndexOf(companyId, parts.Count)];
        throw NotOfAPart(method);
    }

    private static InvalidOperationException NotOfAPart(IMethod method) => new(
        $"{method.Name} without a company concerns each server by itself: ask it with a client that has its address as "
        + "Endpoint, and no Partitions.");

    /// <summary>Reads which company a request is about; null: it names none.</summary>
    private static class Company<TRequest>
    {
        public static readonly Func<TRequest, long>? Of = typeof(TRequest)
            .GetProperty(nameof(RecordStatusRequest.CompanyId), typeof(long))?.GetMethod?
            .CreateDelegate<Func<TRequest, long>>();
    }
}
