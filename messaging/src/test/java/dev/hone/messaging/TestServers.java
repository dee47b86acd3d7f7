package dev.hone.messaging;

/// A database server and a broker for tests.
interface TestServers {

    /// Makes an empty database.
    ///
    /// @return its JDBC address
    String createDatabase(String name);

    /// Password of user `postgres`.
    String password();

    /// `host:port` of the broker.
    String brokers();

    void close();
}
