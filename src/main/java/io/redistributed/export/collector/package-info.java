/**
 * What the exporters share to reach a collector: settings, the HTTP or gRPC sender, and a protobuf writer.
 */
package io.redistributed.export.collector;
