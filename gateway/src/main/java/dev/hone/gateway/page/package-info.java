/// The web page: server-rendered, with live curves and the token view. It shows what the other features know.
@NullMarked
package dev.hone.gateway.page;

import org.jspecify.annotations.NullMarked;
