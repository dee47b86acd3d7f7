/// What a run can be made of: datasets and judges.
@NullMarked
package dev.hone.gateway.catalog;

import org.jspecify.annotations.NullMarked;
