namespace AgentStatus.Storage.MongoDb;

/// <summary>Writes whose fate is not known, by the id of their document, with the numbers that they took. When a later
/// write under the id is answered, the id is taken for good: the earlier ones can no longer come, and their numbers
/// close. The writer's thread only.</summary>
internal sealed class InDoubtWrites(SequenceNumbers numbers)
{
    private readonly Dictionary<(string Collection, string Id), List<long>> _open = [];

    /// <summary>The writes under these ids, with numbers in a row, were not confirmed.</summary>
    public void Remember(string collection, IReadOnlyList<string> ids, long firstNumber)
    {
        for (var i = 0; i < ids.Count; i++)
        {
            if (!_open.TryGetValue((collection, ids[i]), out var open))
                _open[(collection, ids[i])] = open = [];
            open.Add(firstNumber + i);
        }
    }

    /// <summary>The writes under these ids were answered.</summary>
    public void Settle(string collection, IReadOnlyList<string> ids, long firstNumber)
    {
        numbers.Close(firstNumber, ids.Count);
        for (var i = 0; i < ids.Count && _open.Count > 0; i++)
        {
            if (!_open.Remove((collection, ids[i]), out var open))
                continue;
            foreach (var number in open)
                numbers.Close(number, 1);
        }
    }
}
