package dev.vitrine.conformance;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Reads the data files beside this class; a word that is not known is an error, not ignored. */
final class Yaml {

  private static final ObjectMapper MAPPER = mapper();

  private Yaml() {}

  static <T> T read(String name, Class<T> type) {
    try (InputStream file =
        Objects.requireNonNull(Yaml.class.getResourceAsStream(name), () -> "no file " + name)) {
      return MAPPER.readValue(file, type);
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  private static ObjectMapper mapper() {
    JsonSetter.Value absentIsEmpty = JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY);
    ObjectMapper mapper =
        YAMLMapper.builder().enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS).build();
    mapper.configOverride(List.class).setSetterInfo(absentIsEmpty);
    mapper.configOverride(Map.class).setSetterInfo(absentIsEmpty);
    return mapper;
  }
}
