namespace Sora.Simulator.Rendering;

/// <summary>ffmpeg could not be started, failed, or took too long.</summary>
internal sealed class RenderingFailedException(string message, Exception? cause = null) : Exception(message, cause);
