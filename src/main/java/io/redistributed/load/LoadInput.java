package io.redistributed.load;

import io.redistributed.system.LocalFiles;
import io.redistributed.system.MachineFault;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.nio.file.Path;

/**
 * The input of every report of a run.
 *
 * @param bytes null if the file is long: then each request reads it while it is sent
 * @param size in bytes
 */
record LoadInput(Path file, long size, Buffer bytes) {

    private static final int MAX_WHOLE_BYTES = 1 << 20;

    /** For pipes, which cannot be read again for each request. */
    private static final int MAX_PIPE_MEBIBYTES = 32;

    private static final int MAX_MEBIBYTES = 1024;

    static LoadInput of(Path file) throws MachineFault {
        long size = LocalFiles.size(file, MAX_MEBIBYTES);
        if (size > MAX_WHOLE_BYTES) {
            return new LoadInput(file, size, null);
        }
        Buffer bytes = Buffer.buffer(LocalFiles.read(file, MAX_PIPE_MEBIBYTES));
        return new LoadInput(file, bytes.length(), bytes);
    }

    /** Sends a request with the input as its body. */
    Future<HttpClientResponse> send(HttpClientRequest request) {
        if (bytes != null) {
            return request.send(bytes);
        }
        return Vertx.currentContext()
                .owner()
                .fileSystem()
                .open(file.toString(), new OpenOptions().setCreate(false).setWrite(false))
                .compose(open -> request.putHeader("content-length", String.valueOf(size))
                        .send(open)
                        .eventually(open::close));
    }
}
