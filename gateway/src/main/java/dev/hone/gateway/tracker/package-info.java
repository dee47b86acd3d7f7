/// Tells runs' curves to the trackers that their files name: TensorBoard's event files, MLflow.
@NullMarked
package dev.hone.gateway.tracker;

import org.jspecify.annotations.NullMarked;
