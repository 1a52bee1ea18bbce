/**
 * The machine that this process runs on: its files, its standard streams, and the exit codes for their faults.
 */
package io.redistributed.system;
