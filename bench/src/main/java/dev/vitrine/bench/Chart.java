package dev.vitrine.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An SVG line chart with a logarithmic horizontal axis; the vertical axis begins at zero. */
final class Chart {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 360;
  private static final int LEFT = 60;
  private static final int TOP = 50;
  private static final int RIGHT = 20;
  private static final int BOTTOM = 50;
  private static final List<String> COLOURS = List.of("#1668a8", "#c2571a");

  private final String title;
  private final String across;
  private final String up;
  private final List<Line> lines = new ArrayList<>();

  private record Line(String name, List<double[]> points) {}

  Chart(String title, String across, String up) {
    this.title = title;
    this.across = across;
    this.up = up;
  }

  /**
   * @param points pairs of x and y; x is a power of ten
   */
  void line(String name, List<double[]> points) {
    lines.add(new Line(name, points));
  }

  void write(Path file) {
    try {
      Files.writeString(file, svg());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String svg() {
    double highest =
        lines.stream().flatMap(l -> l.points().stream()).mapToDouble(p -> p[1]).max().orElse(1)
            * 1.2;
    double first = Math.log10(lines.getFirst().points().getFirst()[0]);
    double last = Math.max(first + 1, Math.log10(lines.getFirst().points().getLast()[0]));
    StringBuilder svg = new StringBuilder();
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
        <rect width="100%%" height="100%%" fill="white"/>
        """
            .formatted(WIDTH, HEIGHT));
    text(svg, LEFT, 20, "start", title);
    text(svg, WIDTH / 2.0, HEIGHT - 10, "middle", across);
    text(svg, LEFT - 8, TOP - 8, "end", up);
    for (int i = 0; i <= 4; i++) {
      double value = highest * i / 4;
      double y = y(value, highest);
      svg.append(
          String.format(
              Locale.ROOT,
              "<line x1='%d' x2='%d' y1='%.1f' y2='%.1f' stroke='#ddd'/>%n",
              LEFT,
              WIDTH - RIGHT,
              y,
              y));
      text(svg, LEFT - 8, y + 4, "end", String.format(Locale.ROOT, "%.2f", value));
    }
    for (int power = (int) first; power <= last; power++) {
      text(
          svg,
          x(power, first, last),
          HEIGHT - BOTTOM + 18,
          "middle",
          String.format(Locale.ROOT, "%,d", Math.round(Math.pow(10, power))));
    }
    for (int i = 0; i < lines.size(); i++) {
      String colour = COLOURS.get(i % COLOURS.size());
      StringBuilder points = new StringBuilder();
      for (double[] point : lines.get(i).points()) {
        points.append(
            String.format(
                Locale.ROOT,
                "%.1f,%.1f ",
                x(Math.log10(point[0]), first, last),
                y(point[1], highest)));
      }
      svg.append(
          "<polyline points='%s' fill='none' stroke='%s' stroke-width='2'/>%n"
              .formatted(points.toString().trim(), colour));
      svg.append("<g fill='%s'>".formatted(colour));
      text(svg, LEFT + 10, TOP + 4 + 16.0 * i, "start", lines.get(i).name());
      svg.append("</g>\n");
    }
    return svg.append("</svg>\n").toString();
  }

  private static double x(double power, double first, double last) {
    return LEFT + (WIDTH - LEFT - RIGHT) * (power - first) / (last - first);
  }

  private static double y(double value, double highest) {
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / highest;
  }

  private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x='%.1f' y='%.1f' text-anchor='%s'>%s</text>%n",
            x,
            y,
            anchor,
            text));
  }
}
