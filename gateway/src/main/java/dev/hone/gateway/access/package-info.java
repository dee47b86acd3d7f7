/// Who asks, and what they may: keys, tokens, roles, projects, and the record of what was asked for.
@NullMarked
package dev.hone.gateway.access;

import org.jspecify.annotations.NullMarked;
