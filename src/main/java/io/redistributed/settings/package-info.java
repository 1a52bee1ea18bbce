/**
 * Reading settings, with errors that say where, what and what is allowed: {@link io.redistributed.settings.Settings} for
 * single values of a JSON object, {@link io.redistributed.settings.SchemaCheck} for a whole document against a schema. May
 * be used by every package.
 */
package io.redistributed.settings;
