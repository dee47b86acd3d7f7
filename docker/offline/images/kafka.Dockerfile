# As the official image: its own wrapper turns KAFKA_* into server.properties; user appuser; the same folders.
FROM eclipse-temurin:25-jre
RUN useradd --uid 1000 --create-home appuser \
    && install -d -o appuser /opt/kafka/config /etc/kafka/docker /mnt/shared/config /var/lib/kafka/data
COPY kafka /opt/kafka/libs
COPY kafka-log4j2.yaml /etc/kafka/docker/log4j2.yaml
COPY kafka-log4j2.yaml /etc/kafka/docker/tools-log4j2.yaml
COPY logback.xml /opt/kafka/libs/
COPY kafka-run /etc/kafka/docker/run
USER appuser
EXPOSE 9092
VOLUME ["/var/lib/kafka/data"]
CMD ["/etc/kafka/docker/run"]
