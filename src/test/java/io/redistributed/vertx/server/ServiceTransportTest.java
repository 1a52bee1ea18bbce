package io.redistributed.vertx.server;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;
import io.vertx.junit5.ProvidedBy;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class ServiceTransportTest {

    private static final int TURNS = 100;

    public static final class OnTransport implements VertxProvider {

        @Override
        public Vertx get() {
            return Vertx.builder().withTransport(new ServiceTransport()).build();
        }
    }

    @Test
    void writesOfOneTurnArriveTogether(@ProvidedBy(OnTransport.class) Vertx vertx) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Context context = vertx.getOrCreateContext();
            Promise<NetSocket> connected = Promise.promise();
            // On the event loop that writes later on.
            context.runOnContext(v -> vertx.createNetClient()
                    .connect(server.getLocalPort(), "127.0.0.1")
                    .onComplete(connected));
            NetSocket client = await(connected.future());
            try (Socket accepted = accept(server, client.localAddress().port())) {
                accepted.setSoTimeout(10_000);
                for (int turn = 0; turn < TURNS; turn++) {
                    context.runOnContext(v -> {
                        client.write("GET ");
                        client.write("a");
                        client.write("\r\n");
                    });
                    byte[] read = new byte[100];
                    int length = accepted.getInputStream().read(read);
                    assertThat(new String(read, 0, length, StandardCharsets.UTF_8))
                            .isEqualTo("GET a\r\n");
                }
            }
        }
    }

    /** Closes other connections: a client of an earlier test may still look for its server at this port. */
    private static Socket accept(ServerSocket server, int from) throws IOException {
        Socket accepted = server.accept();
        while (accepted.getPort() != from) {
            accepted.close();
            accepted = server.accept();
        }
        return accepted;
    }
}
