package dev.hone.calls;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/// Says at the end of a start that failed what to set, instead of a trace.
final class ServiceSecretFailureAnalyzer extends AbstractFailureAnalyzer<ServiceSecretException> {

    @Override
    protected FailureAnalysis analyze(Throwable failure, ServiceSecretException cause) {
        return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.action(), cause);
    }
}
