FROM debian:bookworm-slim
RUN groupadd -r postgres --gid=999 && useradd -r -g postgres --uid=999 postgres \
    && apt-get update && apt-get install -y --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/*
COPY postgres /usr/local/pgsql
COPY postgres-entrypoint /usr/local/bin/docker-entrypoint.sh
# The client's libpq must not be the server's, which lacks what psql needs.
ENV PATH=/usr/local/pgsql/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin PGDATA=/var/lib/postgresql/data
VOLUME /var/lib/postgresql/data
EXPOSE 5432
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
