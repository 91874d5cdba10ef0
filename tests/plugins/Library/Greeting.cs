namespace Library;

/// <summary>What a plugin needs and brings along.</summary>
public static class Greeting
{
    public static string Scheme => "tcp";
}
