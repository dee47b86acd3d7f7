package dev.hone.learner.evaluation;

/// pass@k: the probability that of `k` samples of a problem at least one is right.
final class PassAtK {
    private PassAtK() {}

    /// The unbiased estimate from `n` samples of one problem of which `c` are right,
    ///
    /// `1 - C(n - c, k) / C(n, k)`: the share of all choices of `k` among the `n` that hold a right one,
    ///
    /// computed without large numbers as `1 - ∏ (1 - k / i)` over `i = n - c + 1 … n`. Source: Chen et al. 2021,
    /// *Evaluating Large Language Models Trained on Code* (arXiv 2107.03374), equation 1 and figure 3.
    ///
    /// @param n samples taken, at least `k`
    /// @param c samples that are right, from 0 to `n`
    /// @param k samples that one may choose, at least 1
    /// @throws IllegalArgumentException if they do not fit together
    static double of(int n, int c, int k) {
        if (k < 1 || n < k || c < 0 || c > n) {
            throw new IllegalArgumentException("pass@" + k + " of " + n + " samples with " + c
                    + " right: there must be at least k samples, and 0 to n right ones.");
        }
        double allWrong = 1;
        for (int i = n - c + 1; i <= n; i++) {
            // 0 at i = k, which is among them where fewer than k are wrong: every choice holds a right one
            allWrong *= 1 - (double) k / i;
        }
        return 1 - allWrong;
    }
}
