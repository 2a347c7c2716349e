package dev.vitrine.server.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.operation.Operation;
import dev.vitrine.webhook.Failure;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The document at {@code /openapi.json}. */
class OpenApiTest {
  private static final ObjectNode DOCUMENT = OpenApi.document();

  @ParameterizedTest
  @EnumSource
  void hasEveryOperationWithItsActions(Operation operation) {
    JsonNode described =
        DOCUMENT
            .path("paths")
            .path(operation.path())
            .path(operation.method().toLowerCase(Locale.ROOT));

    assertThat(described.at("/tags/0").asText())
        .isEqualTo(operation.protocol().name().toLowerCase(Locale.ROOT));
    assertThat(described.at("/x-vitrine-actions/" + operation.name()).findValuesAsText("action"))
        .isEqualTo(operation.requirements().stream().map(one -> one.action().toString()).toList());
    assertThat(described.has("security")).isEqualTo(operation.isOpen());
    assertThat(described.has("requestBody")).isEqualTo(operation.takesBody());
  }

  @Test
  void hasTheCodesThatSayWhyADeliveryFailed() {
    Set<String> described = new TreeSet<>();
    DOCUMENT
        .at("/components/schemas/DeliveryError/enum")
        .forEach(code -> described.add(code.asText()));

    assertThat(described)
        .isEqualTo(
            Stream.concat(Arrays.stream(Failure.values()).map(Failure::word), Stream.of("null"))
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void hasNoOtherRoutes() {
    Set<String> described = new TreeSet<>();
    DOCUMENT
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method ->
                            described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));

    assertThat(described)
        .isEqualTo(
            Arrays.stream(Operation.values())
                .map(operation -> operation.method() + " " + operation.path())
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void everyReferenceLeadsToSomethingAndEverySchemaIsReferredTo() {
    List<String> references = DOCUMENT.findValuesAsText("$ref");

    assertThat(references)
        .allSatisfy(
            reference ->
                assertThat(DOCUMENT.at(reference.substring(1)).isObject()).as(reference).isTrue());
    DOCUMENT
        .at("/components/schemas")
        .fieldNames()
        .forEachRemaining(name -> assertThat(references).contains("#/components/schemas/" + name));
  }

  @Test
  void isValidOpenApi() {
    SwaggerParseResult parsed = new OpenAPIV3Parser().readContents(DOCUMENT.toString());

    assertThat(parsed.getMessages()).isEmpty();
    assertThat(parsed.isOpenapi31()).isTrue();
    assertThat(parsed.getOpenAPI().getPaths()).hasSameSizeAs(DOCUMENT.get("paths"));
  }

  @Test
  void operationIdsAreUnique() {
    assertThat(DOCUMENT.findValuesAsText("operationId"))
        .doesNotHaveDuplicates()
        .contains("listImages", "addMember");
  }

  /** An object that allows other fields says of which kind. */
  @Test
  void noSchemaAcceptsAnythingInSilence() {
    List<JsonNode> lax = new ArrayList<>();
    findLax(DOCUMENT.at("/components/schemas"), lax);

    assertThat(lax).isEmpty();
  }

  private static void findLax(JsonNode node, List<JsonNode> lax) {
    if (node.path("type").asText().equals("object") && !node.has("additionalProperties")) {
      lax.add(node);
    }
    node.forEach(child -> findLax(child, lax));
  }
}
