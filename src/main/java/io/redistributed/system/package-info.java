/**
 * The machine that this process runs on: its files, its standard streams, and the exit codes for what is wrong with them.
 */
package io.redistributed.system;
