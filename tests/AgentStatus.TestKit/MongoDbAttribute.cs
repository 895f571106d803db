using Xunit.v3;

namespace AgentStatus.TestKit;

/// <summary>Tests that need a MongoDB, with the trait Category=MongoDb. <see cref="TestMongo"/> skips them where there
/// is none.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class MongoDbAttribute : Attribute, ITraitAttribute
{
    internal const string Category = "MongoDb";

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Category", Category)];
}
