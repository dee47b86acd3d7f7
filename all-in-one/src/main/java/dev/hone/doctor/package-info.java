/// What Hone needs of a machine, looked at.
@NullMarked
package dev.hone.doctor;

import org.jspecify.annotations.NullMarked;
