package dev.vitrine.postgres.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.vitrine.access.Policy;
import dev.vitrine.access.PolicyReader;

/** The JSON form of a policy, stored with its role. */
final class RoleDocument {
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  private RoleDocument() {}

  /**
   * Reads a document that was validated when it was written.
   *
   * @param name the name under which other roles depend on it
   */
  static Policy read(String name, String json) {
    try {
      return PolicyReader.readStored(name, MAPPER.readValue(json, Object.class));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a role's document is no JSON", e);
    }
  }
}
