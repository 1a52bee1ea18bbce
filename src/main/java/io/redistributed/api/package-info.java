/**
 * The HTTP API. {@link io.redistributed.api.HttpVerticle} is the server and mounts the handlers of the packages below it. The
 * resource {@code openapi.yaml} describes them for users, and a test compares it with the responses. {@code page} is
 * the web page, which uses the same API.
 */
package io.redistributed.api;
