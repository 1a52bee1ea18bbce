/**
 * Traces in memory: {@link io.redistributed.export.store.TraceStore} keeps spans of this process and of others, finds
 * traces and summarizes them.
 */
package io.redistributed.export.store;
