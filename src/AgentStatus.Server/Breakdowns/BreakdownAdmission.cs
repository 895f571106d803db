using System.Net;
using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.Breakdowns;

/// <summary>How many breakdowns of an address may be there, from being taken until they are worked out: as many as are
/// worked out within <see cref="ServerLimits.BreakdownWait"/> at the pace of the last ones. More would only wait
/// longer: those are refused at once. From a refusal on, until none was for <see cref="ServerLimits.OverloadLasts"/>,
/// there may be no more of all addresses together, and each has its share. Any thread.</summary>
internal sealed class BreakdownAdmission(Instruments instruments, TimeProvider clock)
{
    /// <summary>What one that is worked out changes of the mean: 1 in so many.</summary>
    private const int Weight = 8;

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _ofAddress = [];
    private double _msEach;
    private long _refusedAt;
    private int _taken;
    private int _working;

    /// <summary>Breakdowns that may be there.</summary>
    public int Most
    {
        get
        {
            lock (_gate) return Most_NeedsLock;
        }
    }

    private long Now => clock.GetTimestamp();

    private int Most_NeedsLock => (int)Math.Clamp(
        ServerLimits.BreakdownWait.TotalMilliseconds / _msEach,
        ServerLimits.BreakdownsOfPeer,
        ServerLimits.Breakdowns + ServerLimits.QueuedBreakdowns);

    /// <summary>Takes one; null: it would wait for too long.</summary>
    /// <param name="address">The caller's; null: it has none.</param>
    public Turn? TryTake(IPAddress? address)
    {
        address ??= IPAddress.None;
        lock (_gate)
        {
            if (IsRefused_NeedsLock(address)) return null;
            _taken++;
            _ofAddress[address] = _ofAddress.GetValueOrDefault(address) + 1;
            return new(this, address);
        }
    }

    /// <summary>Whether one would be refused now: asked before it is read.</summary>
    public bool IsRefused(IPAddress? address)
    {
        lock (_gate) return IsRefused_NeedsLock(address ?? IPAddress.None);
    }

    private bool IsRefused_NeedsLock(IPAddress address)
    {
        var mine = _ofAddress.GetValueOrDefault(address);
        var addresses = _ofAddress.Count + (mine == 0 ? 1 : 0);
        var most = Most_NeedsLock;
        var isOverloaded = _refusedAt != 0 && clock.GetElapsedTime(_refusedAt) < ServerLimits.OverloadLasts;
        if (mine < most && (!isOverloaded || _taken < most || mine < most / addresses)) return false;
        _refusedAt = Now;
        instruments.BreakdownRefused("wait");
        return true;
    }

    /// <summary>One that was taken. Ends once.</summary>
    internal sealed class Turn(BreakdownAdmission admission, IPAddress address) : IDisposable
    {
        private long _startedAt;
        private int _working;
        private bool _hasEnded;

        /// <summary>It has its place, and is worked out from now on.</summary>
        public void Begin()
        {
            _startedAt = admission.Now;
            lock (admission._gate) _working = ++admission._working;
        }

        /// <summary>It is worked out.</summary>
        public void End() => End(isWorkedOut: true);

        /// <summary>It is not, and will not be: it failed, or its caller is gone.</summary>
        public void Dispose() => End(isWorkedOut: false);

        private void End(bool isWorkedOut)
        {
            if (_hasEnded) return;
            _hasEnded = true;
            lock (admission._gate)
            {
                if (isWorkedOut) admission.Learn_NeedsLock(_startedAt, Math.Max(_working, admission._working));
                if (_startedAt != 0) admission._working--;
                admission.Give_NeedsLock(address);
            }
        }
    }

    /// <summary>Those that are worked on share the threads: of the time that one took, its own is a part.</summary>
    private void Learn_NeedsLock(long startedAt, int working)
    {
        var ms = clock.GetElapsedTime(startedAt).TotalMilliseconds / working;
        _msEach = _msEach == 0 ? ms : _msEach + ((ms - _msEach) / Weight);
    }

    private void Give_NeedsLock(IPAddress address)
    {
        _taken--;
        if (--_ofAddress[address] == 0) _ofAddress.Remove(address);
    }
}
