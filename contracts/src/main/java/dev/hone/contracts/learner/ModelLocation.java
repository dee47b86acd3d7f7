package dev.hone.contracts.learner;

/// `POST /api/v1/runs/{run}/versions/{version}/directory` of learner-service: where a version lies, for a run that
/// begins with it.
///
/// @param version which
/// @param checksum of its float32 weights; empty for what a run began with
/// @param path folder of the model, as Hugging Face lays it out
/// @param adapter folder of its adapters, as PEFT lays it out; empty: none
public record ModelLocation(int version, String checksum, String path, String adapter) {}
