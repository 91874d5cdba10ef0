namespace Chatctl.Hosting;

/// <summary>A plugin cannot be found or used. The message is one line that names the plugin, its file and the reason.</summary>
/// <param name="message">One line for the user.</param>
/// <param name="innerException">The cause, shown with <c>-v</c>.</param>
public sealed class PluginException(string message, Exception? innerException = null) : Exception(message, innerException);
