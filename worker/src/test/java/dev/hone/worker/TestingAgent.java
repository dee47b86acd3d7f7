package dev.hone.worker;

import java.util.Map;

/// What a jar's class has to be in these tests.
public interface TestingAgent {

    Map<String, String> run(Map<String, String> request) throws Exception;
}
