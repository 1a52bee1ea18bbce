/**
 * What all handlers share: the listener and its limits, checks of requests, bodies, errors and routes. It knows nothing of
 * reports and traces.
 */
package io.redistributed.api.http;
