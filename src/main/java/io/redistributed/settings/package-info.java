/**
 * Reads settings, with errors that name the position, the value and what is allowed: {@link io.redistributed.settings.Settings} for
 * single values of a JSON object, {@link io.redistributed.settings.SchemaCheck} for a whole document against a schema. Every package may use it.
 */
package io.redistributed.settings;
