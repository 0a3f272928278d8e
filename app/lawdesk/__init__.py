"""The law desk 法规服务台: every rule as dated data, explained, and open to everyone without sign-in."""
