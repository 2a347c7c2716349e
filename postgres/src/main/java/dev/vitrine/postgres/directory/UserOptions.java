package dev.vitrine.postgres.directory;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vitrine.directory.UserOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** A user's options as a JSON object: option name to boolean. */
final class UserOptions {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, Boolean>> TYPE = new TypeReference<>() {};

  private UserOptions() {}

  static String write(Map<UserOption, Boolean> options) {
    try {
      return JSON.writeValueAsString(
          options.entrySet().stream()
              .collect(Collectors.toMap(entry -> entry.getKey().word(), Map.Entry::getValue)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static Map<UserOption, Boolean> read(String json) {
    if (json.equals("{}")) {
      return Map.of();
    }
    try {
      Map<String, Boolean> words = JSON.readValue(json, TYPE);
      return Arrays.stream(UserOption.values())
          .filter(option -> words.containsKey(option.word()))
          .collect(
              Collectors.toMap(
                  option -> option, option -> Objects.requireNonNull(words.get(option.word()))));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
