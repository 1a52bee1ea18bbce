/**
 * Commands beside the service itself, each a class that {@link io.redistributed.Main} names: {@code java -jar
 * redistributed.jar inspect …}.
 */
package io.redistributed.cli;
