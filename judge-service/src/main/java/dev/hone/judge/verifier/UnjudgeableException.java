package dev.hone.judge.verifier;

/// No attempt at this task can be judged: trying again does not help.
public class UnjudgeableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UnjudgeableException(String message) {
        super(message);
    }
}
