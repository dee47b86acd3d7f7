package dev.hone.policy.chat;

/// A chat template writes messages that the policy has read in another way once later ones follow, for example without
/// the thoughts in them: the tokens that were recorded do not begin the conversation any more.
public final class RewrittenHistoryException extends ChatTemplateException {

    private static final long serialVersionUID = 1L;

    RewrittenHistoryException(String message) {
        super(message);
    }
}
