/// Light rows of episodes, to search and to list; what they hold is asked of the services that keep it.
@NullMarked
package dev.hone.gateway.episode;

import org.jspecify.annotations.NullMarked;
