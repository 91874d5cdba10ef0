namespace Chatctl;

/// <summary>A backplane cannot be used, or cannot go on. The message is one line for the user, without a full stop at its end.</summary>
public class BackplaneException : IOException
{
    /// <summary>Says why.</summary>
    /// <param name="message">The line for the user. It holds no secret.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public BackplaneException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
