namespace Chatctl.Logging;

/// <summary>How a line of the log is written.</summary>
internal enum LogFormat
{
    /// <summary><c>chatctl: warning: …</c>, for people. Without a time: whoever keeps the lines (journald, a container's runtime) adds one.</summary>
    Text,

    /// <summary>An object a line with the time, the level, the event's number and name, and its values, for programs.</summary>
    Json,
}
