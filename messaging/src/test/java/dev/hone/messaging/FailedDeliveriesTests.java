package dev.hone.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.IllegalTransactionStateException;

class FailedDeliveriesTests {

    @Test
    void outagesAndConflictsAreTheDatabases() {
        assertThat(FailedDeliveries.databaseFailed(new CannotCreateTransactionException("no connection")))
                .isTrue();
        assertThat(FailedDeliveries.databaseFailed(new DataAccessResourceFailureException("connection lost")))
                .isTrue();
        assertThat(FailedDeliveries.databaseFailed(
                        new IllegalStateException("outer", new CannotAcquireLockException("deadlock"))))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"08006", "53100", "53300", "57P01", "58030"})
    void sqlStatesOfAnOutageAreTheDatabases(String state) {
        assertThat(FailedDeliveries.databaseFailed(
                        new UncategorizedSQLException("insert", null, new SQLException("gone", state))))
                .isTrue();
    }

    @Test
    void refusedStatementsAndBugsAreTheMessages() {
        assertThat(FailedDeliveries.databaseFailed(new DataIntegrityViolationException("not unique")))
                .isFalse();
        assertThat(FailedDeliveries.databaseFailed(
                        new BadSqlGrammarException("select", "selct", new SQLException("syntax", "42601"))))
                .isFalse();
        assertThat(FailedDeliveries.databaseFailed(new InvalidDataAccessApiUsageException("null id")))
                .isFalse();
        assertThat(FailedDeliveries.databaseFailed(new IllegalTransactionStateException("none")))
                .isFalse();
        assertThat(FailedDeliveries.databaseFailed(new IllegalStateException("bug")))
                .isFalse();
    }
}
