package io.redistributed.load;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * The request of every report of a run.
 *
 * @param options method, path and headers
 */
record ReportRequest(RequestOptions options, LoadInput body) {

    /** An input becomes the body, with the parameters in the query; without one the body is JSON. */
    static ReportRequest of(LoadPlan plan) {
        if (plan.input() == null) {
            Buffer body = new JsonObject()
                    .put("type", plan.type())
                    .put("parameters", plan.parameters())
                    .toBuffer();
            return new ReportRequest(post("/reports", "application/json"), new LoadInput(null, body.length(), body));
        }
        StringBuilder path = new StringBuilder("/reports?type=").append(encoded(plan.type()));
        plan.parameters().forEach(parameter -> path.append('&')
                .append(encoded(parameter.getKey()))
                .append('=')
                .append(encoded(String.valueOf(parameter.getValue()))));
        return new ReportRequest(post(path.toString(), "application/octet-stream"), plan.input());
    }

    private static RequestOptions post(String path, String contentType) {
        return new RequestOptions().setMethod(HttpMethod.POST).setURI(path).putHeader("content-type", contentType);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
