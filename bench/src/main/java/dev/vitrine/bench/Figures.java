package dev.vitrine.bench;

import java.util.stream.DoubleStream;

/** What is said of several tries. */
final class Figures {
  private Figures() {}

  /** Of an even number the mean of the two in the middle. */
  static double median(DoubleStream figures) {
    double[] sorted = figures.sorted().toArray();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
