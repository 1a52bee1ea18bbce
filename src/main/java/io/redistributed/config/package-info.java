/**
 * From a file to a running service: {@link io.redistributed.config.ConfigFile} reads and checks it,
 * {@link io.redistributed.config.Application} starts what it names. What verticles share (telemetry, spans on their way)
 * is put into their Vert.x here, as verticles are made by name and take no arguments.
 */
package io.redistributed.config;
