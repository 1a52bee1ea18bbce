package io.redistributed.export.otlp;

import com.google.protobuf.CodedOutputStream;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The encoding of an OTLP/HTTP body: <a href="https://opentelemetry.io/docs/specs/otlp/#otlphttp">OTLP/HTTP</a>. */
public enum OtlpEncoding {
    PROTOBUF("application/x-protobuf") {
        @Override
        OtlpRequest request(byte[] body, int maxElements) {
            try {
                OtlpElements.check(body, maxElements);
                return new OtlpRequest(ExportTraceServiceRequest.parseFrom(body), 0, "");
            } catch (IOException e) {
                throw new IllegalArgumentException(
                        "the body is not an ExportTraceServiceRequest: " + e.getMessage(), e);
            }
        }

        @Override
        byte[] answer(long refused, String why) {
            return refused == 0
                    ? new byte[0]
                    : ExportTraceServiceResponse.newBuilder()
                            .setPartialSuccess(ExportTracePartialSuccess.newBuilder()
                                    .setRejectedSpans(refused)
                                    .setErrorMessage(why))
                            .build()
                            .toByteArray();
        }

        @Override
        public byte[] status(int code, String message) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            try {
                out.writeInt32(1, code);
                out.writeString(2, message);
                out.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return bytes.toByteArray();
        }
    },

    JSON("application/json") {
        @Override
        OtlpRequest request(byte[] body, int maxElements) {
            return OtlpJsonReader.read(body, maxElements);
        }

        @Override
        byte[] answer(long refused, String why) {
            JsonObject json = new JsonObject();
            if (refused > 0) {
                json.put(
                        "partialSuccess", JsonObject.of("rejectedSpans", String.valueOf(refused), "errorMessage", why));
            }
            return json.toBuffer().getBytes();
        }

        @Override
        public byte[] status(int code, String message) {
            return JsonObject.of("code", code, "message", message).toBuffer().getBytes();
        }
    };

    private final String contentType;

    OtlpEncoding(String contentType) {
        this.contentType = contentType;
    }

    /** Returns the encoding of a request; empty if OTLP does not define one for this content type.
     *
     * @param contentType header of the request, may be null
     */
    public static Optional<OtlpEncoding> of(String contentType) {
        String type = contentType == null
                ? ""
                : contentType.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(encoding -> encoding.contentType.equals(type))
                .findFirst();
    }

    public String contentType() {
        return contentType;
    }

    /**
     * Encodes a {@code google.rpc.Status}, the body of an OTLP error response.
     *
     * @param code gRPC status code
     */
    public abstract byte[] status(int code, String message);

    /**
     * @param maxElements most messages in the body
     * @throws TooManyElementsException if the body has more, before objects of the rest are built
     * @throws IllegalArgumentException if the body is malformed; the message names the error, and in JSON its position
     */
    abstract OtlpRequest request(byte[] body, int maxElements);

    /** Encodes an {@code ExportTraceServiceResponse}: a partial success if spans were rejected. */
    abstract byte[] answer(long refused, String why);
}
