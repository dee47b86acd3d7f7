package dev.hone.policy;

/**
 * Native code found no memory on its device. The same thread may go on, with less at a time for example, where what was
 * called changes nothing in place: scoring, the forward pass. After a backward pass gradients may hold a part of a sum, after
 * an optimizer step some weights may have moved and others not.
 */
public final class OutOfMemoryException extends TorchProgramException {
    private static final long serialVersionUID = 1L;

    public OutOfMemoryException(String message, Throwable cause) {
        super(message, cause);
    }
}
