/**
 * Jaeger's formats: its protobuf model for collectors, and the JSON of its query API.
 */
package io.redistributed.export.jaeger;
