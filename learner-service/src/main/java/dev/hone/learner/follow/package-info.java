/// The role policy-server: follows a learner's weights by version and checksum, and generates from them.
@NullMarked
package dev.hone.learner.follow;

import org.jspecify.annotations.NullMarked;
