package dev.hone.learner.ledger;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.RunId;
import dev.hone.contracts.learner.TrainedTokens;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/// What the ledger knows of an episode.
@RestController
class LedgerController {
    private final Ledger ledger;

    LedgerController(Ledger ledger) {
        this.ledger = ledger;
    }

    /// [TrainedTokens] in CBOR; 404 if no update was made of the sample.
    @GetMapping(
            path = "/api/v1/runs/{run}/episodes/train/{step}/{group}/{sample}/tokens",
            produces = "application/cbor")
    byte[] tokens(@PathVariable String run, @PathVariable int step, @PathVariable int group, @PathVariable int sample) {
        String episode = run + "/train/" + step + "/" + group + "/" + sample;
        try {
            TrainedTokens tokens = ledger.tokens(new RunId(run), step, group, sample)
                    .orElseThrow(() -> new ResponseStatusException(
                            HttpStatus.NOT_FOUND,
                            "No update was made of episode " + episode
                                    + ": it was skipped, given up or has not been trained on yet; or its tokens were"
                                    + " let go (hone.learner.trained-tokens.max-age, max-size)."));
            return EventCodec.cbor().writeValueAsBytes(tokens);
        } catch (IllegalArgumentException e) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND, e.getMessage(), e);
        }
    }
}
