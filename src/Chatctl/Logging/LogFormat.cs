namespace Chatctl.Logging;

/// <summary>The format of a line of the log.</summary>
internal enum LogFormat
{
    /// <summary><c>chatctl: warning: …</c>, for people. It has no time, because the program that keeps the lines (journald, a container's runtime) adds one.</summary>
    Text,

    /// <summary>One object a line, with the time, the level, the event's number and name, and its values, for programs.</summary>
    Json,
}
