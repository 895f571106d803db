using System.Reflection;
using Xunit.v3;

namespace AgentStatus.TestKit;

/// <summary>A test that takes more than some five seconds by itself, with the trait Category=Slow. It is skipped unless
/// AGENTSTATUS_TEST_SLOW is set, as .ci/run does.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class SlowAttribute : BeforeAfterTestAttribute, ITraitAttribute
{
    private const string Variable = "AGENTSTATUS_TEST_SLOW";

    /// <summary>Whether slow tests are to be run.</summary>
    public static bool IsAsked => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable));

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Category", "Slow")];

    public override void Before(MethodInfo methodUnderTest, IXunitTest test) => Assert.SkipWhen(
        !IsAsked, $"It takes long: set {Variable} to run it.");
}
