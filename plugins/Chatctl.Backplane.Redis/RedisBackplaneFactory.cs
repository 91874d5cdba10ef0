using Microsoft.Extensions.Logging;

namespace Chatctl.Backplane.Redis;

/// <summary>Makes <see cref="RedisBackplane"/>s.</summary>
internal sealed class RedisBackplaneFactory(ILoggerFactory loggers, TimeProvider time) : IBackplaneFactory
{
    /// <inheritdoc/>
    public IBackplane Create(BackplaneOptions options) =>
        new RedisBackplane(RedisAddress.Parse(options.Address, options.Password), options.Node, loggers.CreateLogger<RedisBackplane>(), time);
}
