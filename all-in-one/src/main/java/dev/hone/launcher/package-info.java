/// The embedded platform: six services in one process, each in a context of its own, over one broker and one database
/// server.
@NullMarked
package dev.hone.launcher;

import org.jspecify.annotations.NullMarked;
