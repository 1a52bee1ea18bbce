package io.redistributed.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The network between one node and one server of Redis. It can be cut, so that neither bytes nor ends of connections
 * pass; they arrive after the repair, as TCP would retransmit them. It can be slow. Safe to use from any thread.
 */
final class TcpProxy implements AutoCloseable {

    private static final String SERVERS = "127.0.0.1";

    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    private volatile long delayMillis;
    private boolean cut;

    /** @param port of the server, and at the address */
    TcpProxy(InetAddress address, int port) throws IOException {
        this.server = new ServerSocket(port, 100, address);
        inBackground(this::accept);
    }

    synchronized void cut() {
        cut = true;
    }

    synchronized void mend() {
        cut = false;
        notifyAll();
    }

    /** Delay in both directions; 0 for none. */
    void delay(long millis) {
        delayMillis = millis;
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() throws IOException {
        while (true) {
            Socket near = server.accept();
            sockets.add(near);
            inBackground(() -> connect(near));
        }
    }

    private void connect(Socket near) throws IOException, InterruptedException {
        try {
            awaitMended();
            Socket far = new Socket(SERVERS, server.getLocalPort());
            sockets.add(far);
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            inBackground(() -> pump(far, near));
            pump(near, far);
        } finally {
            // Redis is down: the node must see it at once.
            close(near);
        }
    }

    private void pump(Socket from, Socket to) throws IOException, InterruptedException {
        byte[] chunk = new byte[1 << 16];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                Thread.sleep(delayMillis);
                awaitMended();
                out.write(chunk, 0, length);
            }
        } finally {
            awaitMended();
            close(from);
            close(to);
        }
    }

    private synchronized void awaitMended() throws InterruptedException {
        while (cut) {
            wait();
        }
    }

    private void close(Socket socket) throws IOException {
        sockets.remove(socket);
        socket.close();
    }

    private interface Task {
        void run() throws IOException, InterruptedException;
    }

    private static void inBackground(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException | InterruptedException over) {
                // One side has closed; so has the other.
                Thread.currentThread().interrupt();
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
