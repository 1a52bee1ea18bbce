package io.redistributed.api.traces;

/** Maps HTTP status codes to gRPC codes, which OTLP errors carry in addition to the HTTP status. */
final class GrpcCode {

    private GrpcCode() {}

    static int of(int httpStatus) {
        return switch (httpStatus) {
            case 400, 415, 421 -> 3;
            case 401 -> 16;
            case 403 -> 7;
            case 404 -> 5;
            case 413 -> 8;
            // RESOURCE_EXHAUSTED of 429 would be final for clients.
            case 429, 503 -> 14;
            default -> 13;
        };
    }
}
