using AgentStatus.Server.Calls;
using Grpc.Core;
using Grpc.Health.V1;
using AlphaReflection = Grpc.Reflection.V1Alpha.ServerReflection;
using Reflection = Grpc.Reflection.V1.ServerReflection;

namespace AgentStatus.Server.StandardServices;

/// <summary>Binds health and reflection as <see cref="StrictBinding"/> binds our own service.</summary>
internal static class StrictStandardBinding
{
    public static void BindHealth(ServiceBinderBase binder, Health.HealthBase service) =>
        Health.BindService(StrictBinding.Over(binder), service);

    public static void BindReflection(ServiceBinderBase binder, Reflection.ServerReflectionBase service) =>
        Reflection.BindService(StrictBinding.Over(binder), service);

    public static void BindAlphaReflection(ServiceBinderBase binder, AlphaReflection.ServerReflectionBase service) =>
        AlphaReflection.BindService(StrictBinding.Over(binder), service);
}
