package dev.hone.policy.chat;

/// A model's chat template could not be read, or refused a conversation.
public sealed class ChatTemplateException extends RuntimeException permits RewrittenHistoryException {

    ChatTemplateException(String message) {
        super(message);
    }
}
