using Chatctl.Backplane.Redis;
using Microsoft.Extensions.DependencyInjection;

[assembly: Chatctl.BackplanePlugin(typeof(RedisPlugin))]

namespace Chatctl.Backplane.Redis;

/// <summary>The <c>redis</c> backplane: a stream in Redis 6.2 or later, or in a server that speaks the same protocol.</summary>
public sealed class RedisPlugin : IBackplanePlugin
{
    /// <inheritdoc/>
    public string Name => "redis";

    /// <inheritdoc/>
    public IReadOnlyList<string> Schemes { get; } = [RedisAddress.Plain, RedisAddress.Encrypted];

    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddKeyedSingleton<IBackplaneFactory, RedisBackplaneFactory>(Name);
}
