package dev.hone.learner.training;

import dev.hone.contracts.Failure;
import dev.hone.policy.OutOfMemoryException;
import dev.hone.policy.TorchProgramException;
import dev.hone.policy.UnsupportedModelException;
import dev.hone.policy.safetensors.InvalidWeightsException;
import java.io.IOException;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/// Why a run cannot go on, as it is told.
final class TrainingFailure {
    private TrainingFailure() {}

    /// Whether the database was the trouble, so that the run can go on from its checkpoint when it is back.
    static boolean passing(Exception e) {
        return e instanceof DataAccessException || e instanceof TransactionException;
    }

    private static boolean diskFull(IOException e) {
        return String.valueOf(e.getMessage()).contains("No space left");
    }

    /// What to do about what could not be written.
    static String advice(IOException e) {
        return diskFull(e) ? "Make room on that disk." : "Check that folder's rights and its disk.";
    }

    static Failure of(Exception e) {
        String message = String.valueOf(e.getMessage());
        return switch (e) {
            case InvalidWeightsException invalid -> new Failure("invalid-weights", message, false);
            case UnsupportedModelException unsupported -> new Failure("unsupported-model", message, false);
            case ArithmeticException notFinite -> new Failure("not-finite", message, false);
            case IllegalArgumentException unusable -> new Failure("unusable-input", message, false);
            case IOException io
            when diskFull(io) -> new Failure("out-of-disk", "The disk is full: " + message + ". " + advice(io), true);
            case IOException io -> new Failure("input-output", e + ". " + advice(io), true);
            case LostStepException lost -> new Failure("checkpoint-damaged", message, false);
            case OutOfMemoryException memory ->
                new Failure("out-of-memory", message + " Lower trainer_common.max_tokens_per_micro_batch.", true);
            case TorchProgramException operation ->
                new Failure("native-failure", message + ". The log of learner-service has the details.", false);
            default -> new Failure("learner-error", e + ". The log of learner-service has the details.", false);
        };
    }
}
