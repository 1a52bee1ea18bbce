/**
 * The HTTP API. {@link io.redistributed.api.HttpVerticle} is the server; one handler stands for each family of paths;
 * {@code openapi.yaml}, among the resources of this package, describes them for users and is held to what they answer by a
 * test. {@code page} holds the page for people, which uses the same API; {@link io.redistributed.api.EventTopic} and what is around it
 * keep it up to date.
 */
package io.redistributed.api;
