package dev.vitrine.bench;

import java.util.stream.DoubleStream;

/** Statistics of several runs. */
final class Figures {
  private Figures() {}

  /** The median; of an even number of values, the mean of the middle two. */
  static double median(DoubleStream figures) {
    double[] sorted = figures.sorted().toArray();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
