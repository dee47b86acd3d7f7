/// What has been done: a row for each phase, unique by run, purpose and step, and its members, unique by sample.
@NullMarked
package dev.hone.learner.ledger;

import org.jspecify.annotations.NullMarked;
