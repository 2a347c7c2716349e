package dev.vitrine.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Measures the time from the command to the first answer. */
final class Starts {
  private static final double FIRST_BAR = 5;
  private static final double LATER_BAR = 2;

  private Starts() {}

  static void measure(Options options, Report report, Lab lab) {
    Table table = new Table("Start, seconds from the command to ready", "try", "first", "second");
    List<Double> first = new ArrayList<>();
    List<Double> second = new ArrayList<>();
    for (int i = 1; i <= options.tries() + 1; i++) {
      report.progress("start, try %d".formatted(i));
      Path data = lab.folder("start" + i);
      first.add(seconds(lab, data));
      second.add(seconds(lab, data));
      table.add(i, first.getLast(), second.getLast());
      Lab.delete(data);
    }
    report.add(table);
    double median = Figures.median(first.stream().mapToDouble(s -> s));
    report.judge("first start, s", "<= 5", median, median <= FIRST_BAR);
    double later = Figures.median(second.stream().mapToDouble(s -> s));
    report.judge("later starts, s", "<= 2", later, later <= LATER_BAR);
  }

  private static double seconds(Lab lab, Path data) {
    try (Lab.Node node = lab.launch("up", data, List.of())) {
      return node.ready().toMillis() / 1000.0;
    }
  }
}
