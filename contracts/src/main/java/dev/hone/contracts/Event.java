package dev.hone.contracts;

/// Something that happened, told to the other services over Kafka. Records only; [EventCodec] turns them into bytes.
public interface Event {

    /// What stays in order: events with one key are read in the order in which they were written.
    String key();
}
