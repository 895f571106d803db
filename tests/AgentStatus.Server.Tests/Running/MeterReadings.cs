using System.Diagnostics.Metrics;

namespace AgentStatus.Server.Tests.Running;

/// <summary>A server's metrics since the reading began: what a gauge shows, and what a counter has come to.</summary>
internal sealed class MeterReadings : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, double> _values = [];

    private MeterReadings(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == meter) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => Keep(instrument, value));
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Keep(instrument, value));
        _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Keep(instrument, value));
        _listener.Start();
    }

    /// <summary>0 for a counter that has counted nothing.</summary>
    public double this[string name]
    {
        get
        {
            _listener.RecordObservableInstruments();
            lock (_values) return _values.GetValueOrDefault(name);
        }
    }

    public static MeterReadings Of(TestServer server) => Of(server.Part<Instruments>().Meter);

    public static MeterReadings Of(Meter meter) => new(meter);

    public void Dispose() => _listener.Dispose();

    private void Keep(Instrument instrument, double value)
    {
        var isCounter = instrument is Counter<long>;
        lock (_values)
            _values[instrument.Name] = isCounter ? _values.GetValueOrDefault(instrument.Name) + value : value;
    }
}
