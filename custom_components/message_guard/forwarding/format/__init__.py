"""What leaves: entries as OpenTelemetry log records, in protobuf. As pure as `core`."""
