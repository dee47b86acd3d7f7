/// `--backbone debug`: episodes one after another in the calling thread, without broker, database and training, so that
/// breakpoints hold in workflow, tool and judge.
@NullMarked
package dev.hone.debug;

import org.jspecify.annotations.NullMarked;
