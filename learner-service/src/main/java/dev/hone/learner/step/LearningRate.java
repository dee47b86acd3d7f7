package dev.hone.learner.step;

/// A learning rate over optimizer steps: a linear warm-up to the peak, then constant or down to 0 along a half cosine.
///
/// @param peak per optimizer step
/// @param warmupSteps steps of the warm-up; the first has `peak / warmupSteps`
/// @param totalSteps where the cosine ends; 0: constant after the warm-up
public record LearningRate(double peak, long warmupSteps, long totalSteps) {

    /// The rate of a step, counted from 1.
    public double at(long step) {
        if (step <= warmupSteps) {
            return peak * step / warmupSteps;
        }
        if (totalSteps == 0) {
            return peak;
        }
        double progress = Math.min(1, (double) (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
        return peak * 0.5 * (1 + Math.cos(Math.PI * progress));
    }
}
