namespace Library;

/// <summary>A library that a plugin needs and brings along.</summary>
public static class Greeting
{
    public static string Scheme => "tcp";
}
