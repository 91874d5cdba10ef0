using System.Text.Json;

namespace Chatctl.Core.Sessions;

/// <summary>Reads the members of one JSON object, which is a whole line.</summary>
/// <param name="line">The line, with or without its line end.</param>
internal ref struct MemberReader(ReadOnlySpan<byte> line)
{
    private Utf8JsonReader _reader = new(line, new JsonReaderOptions { MaxDepth = SessionWire.MaxDepth });
    private RawValue _name;

    /// <summary>The value of the member that was read last.</summary>
    public RawValue Value { get; private set; }

    /// <summary>Reads the next member.</summary>
    /// <returns>False at the end of the line.</returns>
    /// <exception cref="JsonException">The line is not JSON, is too deep, or has something behind the first value.</exception>
    /// <exception cref="FormatException">The line is JSON, but no object.</exception>
    public bool Next()
    {
        while (_reader.Read())
        {
            if (_reader.CurrentDepth == 0 && _reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.EndObject))
            {
                throw new FormatException("the line is not a JSON object");
            }

            if (_reader.CurrentDepth == 1 && _reader.TokenType == JsonTokenType.PropertyName)
            {
                _name = new RawValue(_reader.TokenType, _reader.ValueSpan, _reader.ValueIsEscaped);
                _reader.Read();
                bool isNested = _reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
                Value = new RawValue(_reader.TokenType, isNested ? default : _reader.ValueSpan, _reader.ValueIsEscaped);
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the member that was read last has this name.</summary>
    public readonly bool Is(ReadOnlySpan<byte> name) => _name.Holds(name);
}
