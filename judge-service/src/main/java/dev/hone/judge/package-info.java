/// judge-service: turns a finished episode into a reward with its parts named.
@NullMarked
package dev.hone.judge;

import org.jspecify.annotations.NullMarked;
