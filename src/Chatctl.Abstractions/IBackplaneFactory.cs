namespace Chatctl;

/// <summary>Makes backplanes of one kind. A plugin registers its factory as a keyed service under the plugin's name.</summary>
/// <remarks>Safe for use from any thread. The backplanes that it makes are independent of each other.</remarks>
public interface IBackplaneFactory
{
    /// <summary>Makes a backplane that is not connected yet.</summary>
    /// <param name="options">Where it is, and who this node is.</param>
    /// <returns>The backplane. The caller disposes it.</returns>
    /// <exception cref="BackplaneException">The address cannot be understood.</exception>
    IBackplane Create(BackplaneOptions options);
}
