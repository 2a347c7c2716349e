package dev.vitrine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.client.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which of the things that were found is meant. */
class NamesTest {
  private static final JsonNode FIRST = Json.read("{\"id\": \"1\", \"owner\": \"a\"}");
  private static final JsonNode SECOND = Json.read("{\"id\": \"2\", \"owner\": \"b\"}");

  @Test
  void oneThingFoundTwiceIsOne() {
    assertThat(Names.one("image", "x", List.of(FIRST, FIRST))).isEqualTo("1");
  }

  @Test
  void severalAreRefusedWithTheCandidates() {
    Problem problem = problem(List.of(FIRST, SECOND));

    assertThat(problem.code()).isEqualTo(ExitCode.USAGE);
    assertThat(problem.in(Texts.of(Map.of())))
        .isEqualTo("x is the name of several. Use one of these IDs:\n  1  owner=a\n  2  owner=b");
  }

  @Test
  void noneIsNotFound() {
    assertThat(problem(List.of()).code()).isEqualTo(ExitCode.NOT_FOUND);
  }

  @Test
  void aNameDoesNotLeadADownloadOutOfTheDirectory() {
    assertThat(fileName("a disk-1.raw")).isEqualTo("a disk-1.raw");
    assertThat(fileName("镜像")).isEqualTo("镜像");
    assertThat(fileName("../x")).isEqualTo("1");
    assertThat(fileName(".bashrc")).isEqualTo("1");
  }

  private static String fileName(String name) {
    return ImageCommands.Download.fileName(Json.read(Json.write(Map.of("id", "1", "name", name))));
  }

  private static Problem problem(List<JsonNode> found) {
    return catchThrowableOfType(Problem.class, () -> Names.one("image", "x", found));
  }
}
