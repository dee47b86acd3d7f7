/// The language of the services: what travels between them, and how it is encoded.
@NullMarked
package dev.hone.contracts;

import org.jspecify.annotations.NullMarked;
