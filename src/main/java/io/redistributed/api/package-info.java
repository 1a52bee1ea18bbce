/**
 * The HTTP API. {@link io.redistributed.api.HttpVerticle} is the server; each family of paths has a handler. The
 * resource {@code openapi.yaml} describes them for users, and a test compares it with the responses. {@code page} is
 * the web page, which uses the same API; {@link io.redistributed.api.EventTopic} and related classes keep it up to
 * date.
 */
package io.redistributed.api;
