package dev.vitrine.conformance;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Plays the tables of the Image API over HTTP against a running server. */
class TableTest {

  private static final List<String> TABLES =
      List.of(
          "members.yaml",
          "members-known.yaml",
          "images.yaml",
          "images-native-ims.yaml",
          "quotas.yaml");

  @TestFactory
  Stream<DynamicTest> membersMayBeAnyName() {
    return play("members.yaml");
  }

  @TestFactory
  Stream<DynamicTest> membersMustBeKnownProjects() {
    return play("members-known.yaml");
  }

  @TestFactory
  Stream<DynamicTest> images() {
    return play("images.yaml");
  }

  @TestFactory
  Stream<DynamicTest> imagesWhereTheNativeApiSpeaksIms() {
    return play("images-native-ims.yaml");
  }

  @TestFactory
  Stream<DynamicTest> quotas() {
    return play("quotas.yaml");
  }

  @Test
  void everyQuirkOfARowIsRegistered() {
    assertThat(Quirk.all()).extracting(Quirk::name).doesNotHaveDuplicates().containsAll(used());
  }

  @Test
  void everyQuirkOfTheImageApiHasARow() {
    assertThat(Quirk.all())
        .filteredOn(quirk -> Set.of("members", "images").contains(quirk.api()))
        .extracting(Quirk::name)
        .isSubsetOf(used());
  }

  private static Set<String> used() {
    return TABLES.stream()
        .map(Table::named)
        .flatMap(table -> table.sections().stream())
        .flatMap(section -> section.rows().stream())
        .map(Row::quirk)
        .filter(Objects::nonNull)
        .collect(toSet());
  }

  /**
   * One server for each configuration that tables ask for.
   *
   * @param hiring of the people of its sections
   */
  private record Venue(RunningServer server, Cast.Hiring hiring) {
    static Venue open(Map<String, String> settings) {
      RunningServer server =
          RunningServer.start(
              settings.entrySet().stream()
                  .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                  .toArray(String[]::new));
      return new Venue(server, new Cast.Hiring(server));
    }
  }

  private static final Map<Map<String, String>, Venue> VENUES = new HashMap<>();

  @AfterAll
  static void stopServers() {
    VENUES.values().forEach(venue -> venue.server().close());
  }

  private static Stream<DynamicTest> play(String name) {
    Table table = Table.named(name);
    Venue venue = VENUES.computeIfAbsent(table.settings(), Venue::open);
    return table.sections().stream().flatMap(section -> tests(section, venue.hiring()));
  }

  private static Stream<DynamicTest> tests(Table.Section section, Cast.Hiring hiring) {
    FutureTask<Stage> stage = new FutureTask<>(() -> Stage.set(section, hiring.cast()));
    return section.rows().stream()
        .map(
            row ->
                dynamicTest(
                    section.name() + ": " + row.title(),
                    () -> {
                      stage.run(); // for the first row; later ones find it done
                      stage.get().play(row);
                    }));
  }
}
