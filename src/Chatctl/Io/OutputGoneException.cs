namespace Chatctl.Io;

/// <summary>The reader of standard output has gone (EPIPE). Not an error to speak of: the pipeline has had enough.</summary>
internal sealed class OutputGoneException() : IOException("the reader of standard output has gone");
