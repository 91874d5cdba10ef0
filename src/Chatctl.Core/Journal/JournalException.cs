namespace Chatctl.Core.Journal;

/// <summary>The journal cannot be used, or not any longer. The message is one line.</summary>
/// <param name="message">What is wrong, and with which file.</param>
/// <param name="innerException">What the system said; null if it is the content that is wrong.</param>
public sealed class JournalException(string message, Exception? innerException = null) : Exception(message, innerException);
