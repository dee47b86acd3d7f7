package dev.hone.worker;

import java.net.URI;

/// The endpoint of one episode, for as long as a call lasts.
///
/// @param baseUrl `http://host:port/v1`
/// @param apiKey the episode's key
public record Access(URI baseUrl, String apiKey) {

    @Override
    public String toString() {
        return "Access[" + baseUrl + "]"; // the key is a secret
    }
}
