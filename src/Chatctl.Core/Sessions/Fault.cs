namespace Chatctl.Core.Sessions;

/// <summary>What was wrong with something that a client sent.</summary>
/// <param name="Code">For programs: one of the codes below.</param>
/// <param name="Message">For people: a sentence without its full stop.</param>
internal readonly record struct Fault(string Code, string Message)
{
    public const string Hello = "hello";
    public const string Since = "since";
    public const string Name = "name";
    public const string Client = "client";
    public const string Json = "json";
    public const string Text = "text";
    public const string Terminator = "terminator";
    public const string TooLong = "too-long";
    public const string Number = "n";
    public const string Auth = "auth";
    public const string Rights = "rights";
}
