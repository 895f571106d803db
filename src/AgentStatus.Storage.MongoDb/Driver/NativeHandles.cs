using System.Runtime.InteropServices;

namespace AgentStatus.Storage.MongoDb.Driver;

/// <summary>A parsed connection string.</summary>
internal sealed class UriHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibMongoc.UriDestroy(handle);
        return true;
    }
}

/// <summary>A pool of clients; released when the last client is back.</summary>
internal sealed class PoolHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibMongoc.PoolDestroy(handle);
        return true;
    }
}

/// <summary>A handle that keeps another one alive as long as itself, as native memory needs it.</summary>
internal abstract class ChildHandle() : SafeHandle(0, ownsHandle: true)
{
    private SafeHandle? _parent;

    public override bool IsInvalid => handle == 0;

    public void KeepAlive(SafeHandle parent)
    {
        var kept = false;
        parent.DangerousAddRef(ref kept);
        _parent = parent;
    }

    protected sealed override bool ReleaseHandle()
    {
        Release();
        _parent?.DangerousRelease();
        return true;
    }

    protected abstract void Release();

    protected nint Parent => _parent!.DangerousGetHandle();
}

/// <summary>A client taken from the pool; releasing it gives it back.</summary>
internal sealed class ClientHandle : ChildHandle
{
    /// <summary>Invalid if all clients stayed in use for the pool's waiting time.</summary>
    public static ClientHandle Pop(PoolHandle pool)
    {
        var client = new ClientHandle();
        client.KeepAlive(pool);
        client.SetHandle(LibMongoc.PoolPop(pool));
        if (client.IsInvalid)
            pool.DangerousRelease();
        return client;
    }

    protected override void Release() => LibMongoc.PoolPush(Parent, handle);
}

internal sealed class CursorHandle : ChildHandle
{
    protected override void Release() => LibMongoc.CursorDestroy(handle);
}

internal sealed class BulkHandle : ChildHandle
{
    protected override void Release() => LibMongoc.BulkDestroy(handle);
}
