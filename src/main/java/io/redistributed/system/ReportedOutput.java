package io.redistributed.system;

import java.io.IOException;
import java.io.OutputStream;

/**
 * An output whose failures contain its name. Keeps the first failure, because print streams ignore failures. Thread-safe if the underlying output is.
 */
final class ReportedOutput extends OutputStream {

    private final OutputStream out;
    private final String name;
    private volatile MachineFault fault;

    /** @param name name in error messages */
    ReportedOutput(OutputStream out, String name) {
        this.out = out;
        this.name = name;
    }

    /** Returns the first failure; null if there is none. */
    MachineFault fault() {
        return fault;
    }

    @Override
    public void write(int value) throws MachineFault {
        attempt(() -> out.write(value));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws MachineFault {
        attempt(() -> out.write(bytes, offset, length));
    }

    @Override
    public void flush() throws MachineFault {
        attempt(out::flush);
    }

    @Override
    public void close() throws MachineFault {
        attempt(out::close);
    }

    private void attempt(Action action) throws MachineFault {
        try {
            action.run();
        } catch (IOException e) {
            MachineFault now = MachineFault.ofWrite(name, e);
            fault = fault == null ? now : fault;
            throw now;
        }
    }

    private interface Action {
        void run() throws IOException;
    }
}
