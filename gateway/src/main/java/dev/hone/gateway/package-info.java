/// gateway: the only door to Hone. Takes runs, shows their curves and episodes, and steers them.
@NullMarked
package dev.hone.gateway;

import org.jspecify.annotations.NullMarked;
