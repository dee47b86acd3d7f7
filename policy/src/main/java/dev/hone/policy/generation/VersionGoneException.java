package dev.hone.policy.generation;

/** The weights that a request names are not in use any more. */
public final class VersionGoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    VersionGoneException(long asked, long present) {
        super("Version %d was asked for and is gone; the weights are at version %d. Ask for that one, or for none."
                .formatted(asked, present));
    }
}
