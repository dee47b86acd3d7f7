/// Models: the versions of every run's weights, what each was trained on, and their files.
@NullMarked
package dev.hone.gateway.model;

import org.jspecify.annotations.NullMarked;
