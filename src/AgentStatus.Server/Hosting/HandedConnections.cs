using System.IO.Pipelines;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace AgentStatus.Server.Hosting;

/// <summary>Connections that gRPC's Kestrel accepted on a port that both endpoints share, and that speak HTTP/1.1: the
/// second endpoint's Kestrel takes them from here as if it had accepted them. So each endpoint keeps its own pipeline,
/// and gRPC's requests pass nothing more than on a port of their own. Any thread.</summary>
internal sealed class HandedConnections : IConnectionListenerFactory, IConnectionListenerFactorySelector,
    IConnectionListener
{
    private readonly Channel<ConnectionContext> _given = Channel.CreateUnbounded<ConnectionContext>();

    public EndPoint EndPoint { get; } = new HandedEndPoint();

    public bool CanBind(EndPoint endpoint) => endpoint is HandedEndPoint;

    public ValueTask<IConnectionListener> BindAsync(
        EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(this);

    /// <summary>Hands a connection over; ends when it does.</summary>
    public async Task GiveAsync(ConnectionContext connection)
    {
        var handed = new HandedConnection(connection);
        var closing = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested;
        using var registration = closing?.Register(
            () => handed.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose());
        if (_given.Writer.TryWrite(handed)) await handed.Ended;
    }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _given.Reader.WaitToReadAsync(cancellationToken))
            if (_given.Reader.TryRead(out var connection)) return connection;
        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _given.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();

    private sealed class HandedEndPoint : EndPoint
    {
        public override string ToString() => "shared";
    }

    private sealed class HandedConnection(ConnectionContext connection) : ConnectionContext
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Ended => _ended.Task;

        public override string ConnectionId { get; set; } = connection.ConnectionId;

        /// <summary>The second Kestrel sets its own; TLS and what the guard knows are those of the
        /// connection.</summary>
        public override IFeatureCollection Features { get; } = new FeatureCollection(connection.Features);

        public override IDictionary<object, object?> Items { get; set; } = connection.Items;

        public override IDuplexPipe Transport { get; set; } = connection.Transport;

        public override CancellationToken ConnectionClosed { get; set; } = connection.ConnectionClosed;

        public override EndPoint? LocalEndPoint { get; set; } = connection.LocalEndPoint;

        public override EndPoint? RemoteEndPoint { get; set; } = connection.RemoteEndPoint;

        public override void Abort(ConnectionAbortedException abortReason) => connection.Abort(abortReason);

        public override ValueTask DisposeAsync()
        {
            _ended.TrySetResult();
            return base.DisposeAsync();
        }
    }
}
