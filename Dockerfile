FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /build
# Dependencies first, without the sources: this layer is rebuilt only when pom.xml changes.
COPY pom.xml LICENSE ./
COPY src/license/ src/license/
RUN mvn -B -q -DskipTests -Dspotless.check.skip package
COPY conf/all-in-one.yaml conf/view.yaml conf/
COPY src/main/ src/main/
RUN mvn -B -q -o -DskipTests -Dspotless.check.skip package

FROM eclipse-temurin:17-jre-noble
WORKDIR /app
# No VOLUME, which would create one for every API and worker container too. Mount a volume at /app/data.
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /app --shell /usr/sbin/nologin redistributed \
 && install -d -o redistributed -g redistributed data
COPY --from=build /build/target/redistributed.jar ./
# The class data archive, made by the JVM that uses it. Optional; it halves the time of a start.
COPY scripts/lib/archive.sh ./
RUN bash archive.sh redistributed.jar redistributed.jsa || true; rm archive.sh
COPY conf/ conf/
USER 10001
EXPOSE 8080
# Without curl, which the image does not have, and so without TLS: docs/security.md, "TLS". A worker serves no HTTP: disable
# the check there.
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${HEALTH_PORT:-8080} && printf 'GET /health/ready HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r line <&3 && [[ $line == *' 200 '* ]]"]
# java is process 1, so it receives SIGTERM. The rest of the container's memory is for buffers and the embedded Redis. More
# options: the environment variable JDK_JAVA_OPTIONS.
ENTRYPOINT ["java", "-XX:SharedArchiveFile=redistributed.jsa", "-Xlog:cds=off", "-Xlog:cds+dynamic=off", "-XX:+UseParallelGC", "-XX:MaxNewSize=96m", "-XX:MaxRAMPercentage=60", "-XX:+ExitOnOutOfMemoryError", "-jar", "redistributed.jar"]
# Everything in one container, with the embedded Redis 6.2. It does not start without a choice of who is served:
# docs/operations.md, "Several hosts". For a node of a cluster use -conf conf/api.yaml or
# conf/worker.yaml, as docker-compose.yml does.
CMD ["-conf", "conf/docker.yaml"]
