package dev.vitrine.conformance;

import java.util.List;

/**
 * A deliberate difference from Glance.
 *
 * @param api the interface it shows in: {@code members} or {@code images}
 */
record Quirk(String name, String api, String glance, String vitrine, String reason, String source) {

  /** The registry, {@code docs/quirks.yaml}. */
  static List<Quirk> all() {
    return List.of(Yaml.read("quirks.yaml", Quirk[].class));
  }
}
