package dev.hone.policy.chat;

/// A model's chat template could not be read, or refused a conversation.
public final class ChatTemplateException extends RuntimeException {

    ChatTemplateException(String message) {
        super(message);
    }
}
