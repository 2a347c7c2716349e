package dev.vitrine.bench;

import dev.vitrine.bench.Server.Run;
import dev.vitrine.client.Login;
import dev.vitrine.client.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Measures the cost of requests while the tables grow. */
final class Growth {
  private static final String LIST = "/v2/images?limit=25&visibility=shared&member_status=accepted";
  private static final int PAGE = 25;
  private static final int DEEP_PAGE = 1000;
  private static final double FLAT = 1.2;

  private final Options options;
  private final Report report;
  private final Server server;
  private final Login admin;
  private final Seeder seeder;

  private Growth(Options options, Report report, Lab lab) {
    this.options = options;
    this.report = report;
    this.server = Server.at("vitrine", lab.first().login("alice"), lab.first().login("bob"));
    this.admin = lab.first().login("admin");
    this.seeder = new Seeder(lab.database());
  }

  /** Uses a lab of its own, because the tables must begin small. */
  static void measure(Options options, Report report, Lab lab) {
    Growth growth = new Growth(options, report, lab);
    growth.spread();
    growth.members();
    growth.accepted();
  }

  /** The runs with one connection and with 16. */
  private record Point(Run alone, Run together) {}

  private Point point(String path, Session session) {
    byte[] request = Load.request("GET", path, session.token(), null);
    Load.Source source = (connection, number) -> request;
    Load.drive(server.nodes(), 1, seconds(options.warm()), source);
    int several = options.connections().getFirst();
    return new Point(
        server.run(1, seconds(options.seconds()), source),
        server.run(several, seconds(options.seconds()), source));
  }

  private static Duration seconds(int all) {
    return Duration.ofMillis(Math.max(500, all * 250L));
  }

  private static Table table(String title, String what) {
    return new Table(title, what, "p50 ms", "p99 ms", "CPU ms", "p50 ms, 16", "CPU ms, 16");
  }

  private static void add(Table table, Object what, Point point) {
    table.add(
        what,
        point.alone().load().percentile(50),
        point.alone().load().percentile(99),
        point.alone().cpu(),
        point.together().load().percentile(50),
        point.together().cpu());
  }

  /** Growth of the shares between other projects. */
  private void spread() {
    Table table = table("A consumer's list of one image, as other people's shares grow", "rows");
    Session consumer = Stage.newcomer(admin);
    seeder.accepted(consumer.project(), 1);
    Chart chart = new Chart("A consumer's list of one image", "memberships in the table", "ms");
    List<Double> costs = new ArrayList<>();
    List<double[]> p50 = new ArrayList<>();
    List<double[]> cpu = new ArrayList<>();
    for (long rows = Math.min(1000, options.memberships());
        rows <= options.memberships();
        rows *= 10) {
      report.progress("growth: up to %,d memberships".formatted(rows));
      long begin = System.nanoTime();
      seeder.spread(rows);
      report.progress("growth: seeded in %.1f s".formatted((System.nanoTime() - begin) / 1e9));
      Point point = point(LIST, consumer);
      add(table, rows, point);
      costs.add(point.together().cpu());
      p50.add(new double[] {rows, point.alone().load().percentile(50)});
      cpu.add(new double[] {rows, point.together().cpu()});
    }
    report.add(table);
    chart.line("answer after, one request at a time", p50);
    chart.line("CPU of server and database, 16 connections", cpu);
    chart.write(options.out().resolve("growth.svg"));
    double ratio = costs.getLast() / costs.getFirst();
    report.judge(
        "list: times the cost at %,d memberships as at 1,000".formatted(options.memberships()),
        "<= 1.2",
        ratio,
        ratio <= FLAT);
  }

  /** Growth of the images that the consumer has accepted. */
  private void accepted() {
    Table table = table("A page of 25, as what the consumer has accepted grows", "images, page");
    for (int images = 1000; images <= Math.min(100_000, options.memberships()); images *= 10) {
      report.progress("growth: %,d images accepted by one project".formatted(images));
      Session consumer = Stage.newcomer(admin);
      seeder.accepted(consumer.project(), images);
      Point first = point(LIST, consumer);
      add(table, "%,d, first".formatted(images), first);
      if (images >= PAGE * DEEP_PAGE) {
        String marker = seeder.lastOfPage(consumer.project(), DEEP_PAGE - 1, PAGE);
        Point deep = point(LIST + "&marker=" + marker, consumer);
        add(table, "%,d, 1,000th".formatted(images), deep);
        for (Point point : List.of(first, deep)) {
          double p50 = point.alone().load().percentile(50);
          report.judge(
              "list: ms of the %s page of %,d"
                  .formatted(point.equals(first) ? "first" : "1,000th", images),
              "<= 2",
              p50,
              p50 <= 2);
        }
      }
    }
    report.add(table);
  }

  /** Growth of the members of one image. */
  private void members() {
    Table table =
        new Table("The members of one image, the whole list", "members", "p50 ms", "CPU us a row");
    double perRow = 0;
    for (int members = (int) Math.min(1000, options.memberships());
        members <= Math.min(100_000, options.memberships());
        members *= 10) {
      report.progress("growth: %,d members of one image".formatted(members));
      Session owner = server.signInOwner();
      String image = seeder.wide(owner.project(), members);
      Point point = point("/v2/images/" + image + "/members", owner);
      perRow = 1000 * point.alone().cpu() / members;
      table.add(members, point.alone().load().percentile(50), perRow);
    }
    report.add(table);
    report.judge("members: CPU us a row of the longest list", "<= 2", perRow, perRow <= 2);
  }
}
