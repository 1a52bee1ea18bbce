/**
 * Turns a file into a running service: {@link io.redistributed.config.ConfigFile} reads and checks it,
 * {@link io.redistributed.config.Application} starts what it names. Objects shared by verticles (telemetry, span pipeline) are installed in their Vert.x, because verticles are created by name without arguments.
 */
package io.redistributed.config;
