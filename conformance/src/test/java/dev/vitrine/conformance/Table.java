package dev.vitrine.conformance;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/**
 * A conformance table as its YAML file has it; the head of {@code members.yaml} explains the words.
 *
 * @param settings of the server that plays it
 */
record Table(Map<String, String> settings, List<Section> sections) {

  static Table named(String name) {
    return Yaml.read(name, Table.class);
  }

  /** Rows on the same images, played in order; a section knows nothing of the others. */
  record Section(String name, String source, Map<String, Image> images, List<Row> rows) {}

  /**
   * An image made before the first row of its section.
   *
   * @param members in the order in which they are added, each {@code "id status"}
   */
  record Image(
      String owner,
      String visibility,
      State state,
      @JsonProperty("protected") boolean isProtected,
      List<String> members) {}

  enum State {
    QUEUED,
    STAGED,
    ACTIVE,
    DEACTIVATED
  }
}
