/**
 * The HTTP API. {@link io.redistributed.api.HttpVerticle} is the server; one handler stands for each family of paths;
 * {@code openapi.yaml}, among the resources of this package, describes them for users and is held to what they answer by a
 * test.
 */
package io.redistributed.api;
