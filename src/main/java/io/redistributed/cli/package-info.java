/**
 * The commands of the program, each a class registered in {@link io.redistributed.Main}: {@code java -jar
 * redistributed.jar inspect …}.
 */
package io.redistributed.cli;
