namespace Chatctl.Hosting;

/// <summary>A plugin cannot be found or used: one line that names it, its file and the reason.</summary>
/// <param name="message">One line for the user.</param>
/// <param name="innerException">What went wrong, shown with <c>-v</c>.</param>
public sealed class PluginException(string message, Exception? innerException = null) : Exception(message, innerException);
