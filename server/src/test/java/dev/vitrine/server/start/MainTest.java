package dev.vitrine.server.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many threads of the JVM carry virtual threads (decision 28). */
@NullMarked
class MainTest {
  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "3, 1", "8, 4", "64, 32"})
  void halfOfTheCoresCarryVirtualThreads(int cores, String carriers) {
    Properties properties = new Properties();

    Main.limitCarriers(properties, cores);

    assertThat(properties).containsOnly(Map.entry(Main.CARRIERS, carriers));
  }

  @Test
  void theOperatorsNumberWins() {
    Properties properties = new Properties();
    properties.setProperty(Main.CARRIERS, "7");

    Main.limitCarriers(properties, 64);

    assertThat(properties.getProperty("jdk.virtualThreadScheduler.parallelism")).isEqualTo("7");
  }
}
