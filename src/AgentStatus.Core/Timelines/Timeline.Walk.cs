namespace AgentStatus.Core.Timelines;

/// <summary>Going through a window of a timeline, interval by interval.</summary>
public readonly partial struct Timeline
{
    /// <summary>The intervals of [fromMs, toMs) in order, without gaps; the first and the last are cut at the window.
    /// Only for instants that the timeline covers. Allocates nothing.</summary>
    public Walk Between(long fromMs, long toMs) => new(this, fromMs, toMs);

    /// <summary>Enumerates the intervals of a window.</summary>
    public ref struct Walk
    {
        private readonly Timeline _timeline;
        private readonly ReadOnlySpan<long> _events;
        private readonly long _toMs;
        private int _index;
        private long _positionMs;
        private long _callEndsAtMs;

        internal Walk(Timeline timeline, long fromMs, long toMs)
        {
            _timeline = timeline;
            _events = timeline.Events;
            (_positionMs, _toMs) = (fromMs, toMs);
            _index = LastAtOrBefore(_events, fromMs);
            if (_index >= 0 && PackedEvent.After(_events[_index]).HasCall)
                _callEndsAtMs = timeline.CallEndsAtMs(_index);
        }

        /// <summary>The interval.</summary>
        public StatusInterval Current { get; private set; }

        /// <summary>For foreach.</summary>
        public readonly Walk GetEnumerator() => this;

        /// <summary>Goes on to the next interval; false at the window's end.</summary>
        public bool MoveNext()
        {
            if (_positionMs >= _toMs) return false;
            var startMs = _positionMs;
            var effective = InForce();
            do Advance();
            while (_positionMs < _toMs && InForce() == effective);
            Current = new StatusInterval(startMs, Math.Min(_positionMs, _toMs), effective);
            return true;
        }

        /// <summary>What is in force at the position.</summary>
        private readonly EffectiveStatus InForce()
        {
            if (_index < 0) return default;
            var state = PackedEvent.After(_events[_index]);
            return _timeline.Effective(
                state.HasCall && _positionMs >= _callEndsAtMs ? state.WithoutCall : state, _index);
        }

        /// <summary>Goes on to the next instant at which something can change: a call runs out, or an event.</summary>
        private void Advance()
        {
            var next = _index + 1;
            var nextMs = next < _events.Length ? PackedEvent.OccurredAtMs(_events[next]) : long.MaxValue;
            if (_index >= 0
                && PackedEvent.After(_events[_index]).HasCall
                && _positionMs < _callEndsAtMs
                && _callEndsAtMs < nextMs)
            {
                _positionMs = _callEndsAtMs;
                return;
            }

            _positionMs = nextMs;
            for (; next < _events.Length && PackedEvent.OccurredAtMs(_events[next]) == nextMs; next++)
            {
                _index = next;
                var word = _events[next];
                if (PackedEvent.IsCall(word) && PackedEvent.After(word) is { HasCall: true } state)
                    _callEndsAtMs = nextMs + _timeline.CallLimits.Of(state.Call);
            }
        }
    }
}
