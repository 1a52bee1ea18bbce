/**
 * What the exporters share to reach a collector: settings, an HTTP and gRPC client, and a protobuf writer.
 */
package io.redistributed.export.collector;
