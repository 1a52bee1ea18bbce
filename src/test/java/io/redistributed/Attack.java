package io.redistributed;

import static io.redistributed.RawHttp2.DATA;
import static io.redistributed.RawHttp2.PING;
import static io.redistributed.RawHttp2.RST_STREAM;
import static io.redistributed.RawHttp2.SETTINGS;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** An attack by a hostile client. */
enum Attack {
    EVENT_STREAMS_WHOSE_CLIENTS_LEAVE(attackers -> {
        String id = attackers.submit("duration=60m");
        attackers.begin();
        attackers.repeat(8, connection -> {
            connection.send(get("/reports/" + id + "/events"));
            connection.reset();
        });
    }),
    WAITS_WHOSE_CLIENTS_LEAVE(attackers -> {
        String report = get("/reports/" + attackers.submit("duration=60m") + "?wait=60s");
        String trace = get("/traces/11111111111111111111111111111111?wait=60s");
        attackers.begin();
        for (String request : new String[] {report, trace}) {
            attackers.repeat(8, connection -> {
                connection.send(request);
                connection.reset();
            });
        }
    }),
    BODIES_THAT_TRICKLE(attackers -> {
        attackers.begin();
        attackers.hold(200, connection -> {
            connection.send(post("content-length: " + (32 << 20)));
            attackers.trickle(connection);
        });
    }),
    LARGE_BODIES_WITHOUT_THEIR_END(attackers -> {
        byte[] most = new byte[31 << 20];
        attackers.begin();
        attackers.hold(20, connection -> {
            connection.send(post("content-length: " + (32 << 20)));
            connection.send(most);
        });
    }),
    CHUNKED_BODIES_WITHOUT_END(attackers -> {
        String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
        attackers.begin();
        attackers.repeat(8, connection -> {
            connection.send(post("transfer-encoding: chunked"));
            while (attackers.again()) {
                connection.send(chunk);
            }
        });
    }),
    HEADS_THAT_TRICKLE(attackers -> {
        attackers.begin();
        attackers.hold(200, connection -> {
            connection.send("GET /health/live HTTP/1.1\r\nhost: localhost\r\na: ");
            attackers.trickle(connection);
        });
    }),
    MORE_CONNECTIONS_THAN_ALLOWED(attackers -> {
        attackers.begin();
        attackers.hold(2 * AbuseTarget.MAX_CONNECTIONS, connection -> {});
    }),
    CONNECTIONS_THAT_COME_AND_GO(attackers -> {
        attackers.begin();
        attackers.repeat(16, RawConnection::reset);
    }),
    PIPELINES_WHOSE_ANSWERS_NOBODY_READS(attackers -> {
        byte[] requests = get("/openapi.yaml").repeat(2_000).getBytes(StandardCharsets.US_ASCII);
        attackers.begin();
        attackers.hold(200, connection -> {
            while (attackers.again()) {
                connection.send(requests);
            }
        });
    }),
    SPANS_WITHOUT_THEIR_LAST_BYTE(attackers -> {
        String spans = "{\"resourceSpans\":[],\"x\":\"" + "x".repeat(1 << 20) + "\"";
        attackers.begin();
        attackers.hold(200, connection -> {
            connection.send("POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
                    + "content-length: " + (spans.length() + 1) + "\r\n\r\n" + spans);
            while (!attackers.isOver()) {
                connection.answerWithin(Duration.ofMillis(500));
            }
            connection.send("}");
        });
    }),
    BROKEN_FRAMING(attackers -> {
        attackers.begin();
        attackers.repeat(8, connection -> {
            connection.send(post("content-length: 5\r\ntransfer-encoding: chunked") + "0\r\n\r\n");
            attackers.expect(400, connection.answer().status());
        });
    }),
    HTTP2_BODIES_OF_UNKNOWN_LENGTH(attackers -> {
        attackers.begin();
        attackers.holdHttp2(8, connection -> connection.upload(60, () -> !attackers.again()));
    }),
    /** Netty before 4.2.15 held a client to the bound only after it had acknowledged it. */
    HTTP2_STREAMS_BEYOND_THE_BOUND(attackers -> {
        attackers.begin();
        attackers.holdHttp2(8, connection -> {
            for (int stream = 1; attackers.again(); stream += 2) {
                connection.request(stream, "POST", "/reports?type=simulated", true);
            }
        });
    }),
    HTTP2_SETTINGS_THAT_NOBODY_ACKNOWLEDGES(attackers -> {
        attackers.begin();
        attackers.repeatHttp2(8, connection -> connection.flood(30_000, SETTINGS, 0, 0));
    }),
    HTTP2_PINGS(attackers -> {
        attackers.begin();
        attackers.repeatHttp2(8, connection -> connection.flood(100_000, PING, 0, 0, new byte[8]));
    }),
    HTTP2_RESETS(attackers -> {
        attackers.begin();
        attackers.holdHttp2(8, connection -> {
            for (int stream = 1; attackers.again(); stream += 2) {
                connection.request(stream, "GET", "/reports/x?wait=60s", false);
                connection.send(RST_STREAM, 0, stream, new byte[4]);
            }
        });
    }),
    HTTP2_STREAMS_WITHOUT_WINDOWS(attackers -> {
        attackers.begin();
        attackers.holdHttp2(100, connection -> {
            // The initial window of a stream: none.
            connection.send(SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 0});
            for (int i = 0; i < 60; i++) {
                connection.request(2 * i + 1, "GET", "/openapi.yaml", false);
            }
            connection.next(DATA);
        });
    }),
    RESULTS_THAT_NOBODY_READS(attackers -> {
        String id = attackers.submit("resultBytes=10000000");
        attackers.await(id);
        attackers.begin();
        attackers.hold(250, connection -> connection.send(get("/reports/" + id + "/result")));
    }),
    LISTS_OF_REPORTS(attackers -> {
        attackers.begin();
        attackers.repeat(16, connection -> {
            while (attackers.again()) {
                connection.send(get("/reports?limit=200"));
                connection.answer();
            }
        });
    }),
    /** A hostile worker announces them. The service must neither fetch nor wait. */
    TYPES_THAT_REFER_ELSEWHERE(attackers -> {
        int port = attackers.surprisedByConnections();
        for (int i = 0; i < 50; i++) {
            attackers.redis("HSET", "{rd:0}:types", "hostile" + i, """
                    {"parameters":{"properties":{"a":{"$ref":"http://127.0.0.1:%d/%d"}}}}""".formatted(port, i));
        }
        attackers.begin();
        attackers.repeat(8, connection -> {
            connection.send("POST /reports?type=hostile1&a=1 HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n");
            attackers.expect(400, connection.answer().status());
        });
    }),
    PAGES_OF_OTHER_ORIGINS(attackers -> {
        attackers.begin();
        attackers.repeat(8, connection -> {
            connection.send(post("origin: http://attacker.example\r\ncontent-length: 3") + "abc");
            attackers.expect(403, connection.answer().status());
        });
    }),
    AUTHENTICATION_WITH_WRONG_KEYS(attackers -> {
        // The bytes are sent without the right key.
        byte[] request = ("GET /reports HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer rd_wrong\r\ncookie: "
                        + "a=b; ".repeat(1_000) + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        repeat(attackers, request);
    }),
    AUTHENTICATION_OF_SESSIONS(attackers -> {
        byte[] request = ("POST /session HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer rd_wrong\r\n"
                        + "content-length: 0\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        repeat(attackers, request);
    });

    /** The actions of the attackers, prepared before they begin. */
    interface Plan {
        void carryOut(Attackers attackers) throws IOException;
    }

    final Plan plan;

    Attack(Plan plan) {
        this.plan = plan;
    }

    /** Whether a service without authentication has nothing to attack. */
    boolean needsAuthentication() {
        return name().startsWith("AUTHENTICATION_");
    }

    private static void repeat(Attackers attackers, byte[] request) throws IOException {
        attackers.begin();
        attackers.repeat(16, connection -> {
            while (attackers.again()) {
                connection.send(request);
                connection.answer();
            }
        });
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nhost: localhost\r\n\r\n";
    }

    private static String post(String headers) {
        return "POST /reports?type=simulated HTTP/1.1\r\nhost: localhost\r\n" + headers + "\r\n\r\n";
    }
}
