/**
 * Who calls, and what the caller may do: keys, tokens, rights. Knows neither HTTP requests nor routes.
 */
package io.redistributed.auth;
