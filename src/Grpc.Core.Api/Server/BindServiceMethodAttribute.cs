namespace Grpc.Core;

/// <summary>On a generated service base class: which static method binds an implementation of it.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public sealed class BindServiceMethodAttribute(Type bindType, string bindMethodName) : Attribute
{
    /// <summary>The type that has the method.</summary>
    public Type BindType { get; } = bindType;

    /// <summary>The name of a static method that takes a <see cref="ServiceBinderBase" /> and the service.</summary>
    public string BindMethodName { get; } = bindMethodName;
}
