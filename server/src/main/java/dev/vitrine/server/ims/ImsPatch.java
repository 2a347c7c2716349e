package dev.vitrine.server.ims;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import dev.vitrine.identity.EnterpriseProjectId;
import dev.vitrine.image.ImageEdit;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.images.ImageAttributes;
import dev.vitrine.server.images.ImageBody;
import dev.vitrine.server.images.ImagePatch;
import dev.vitrine.server.images.PatchOperation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A JSON patch of an image in IMS (ruling 18).
 *
 * @param project the enterprise project to move the image to; null: do not move it
 */
record ImsPatch(List<ImageEdit.Change> changes, @Nullable EnterpriseProjectId project) {
  private static final String PROJECT = "enterprise_project_id";

  /** Attributes that only the native API may change, if any API may. */
  private static final Set<String> NATIVE =
      Set.of("owner", "visibility", "protected", "os_hidden", "disk_format", "container_format");

  private static final Pattern JSON = Pattern.compile("application/(.*[+-])?json(-patch)?");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,10}");

  static ImsPatch read(Request request) {
    requireJson(request);
    JsonNode body = ImageBody.container(request);
    if (!body.isArray()) {
      throw invalid("The request body must be a list of operations.");
    }
    List<ImageEdit.Change> changes = new ArrayList<>();
    EnterpriseProjectId project = null;
    for (JsonNode element : body) {
      if (!element.isObject()) {
        throw invalid("An operation must be an object.");
      }
      PatchOperation operation = PatchOperation.read(element);
      JsonNode value = operation.value();
      if (NATIVE.contains(operation.name())) {
        throw new Refusal.Forbidden(
                "Attribute '%s' cannot be changed here.".formatted(operation.name()))
            .asException();
      }
      if (operation.name().equals(PROJECT) && value != null) {
        project = ImageAttributes.enterpriseProject(value);
      } else {
        changes.add(ImagePatch.change(withNumber(operation)));
      }
    }
    return new ImsPatch(changes, project);
  }

  private static void requireJson(Request request) {
    String type = request.mediaType();
    if (type == null) {
      throw unsupported("The Content-Type is missing: it must be application/json.");
    }
    if (!JSON.matcher(type).matches()) {
      throw unsupported("The content type is not JSON.");
    }
  }

  private static RuntimeException unsupported(String message) {
    return new Refusal.UnsupportedMediaType(message, "").asException();
  }

  /** Converts a numeric string: the SDK's model has only string values. */
  private static PatchOperation withNumber(PatchOperation operation) {
    JsonNode value = operation.value();
    boolean isNumber = operation.name().equals("min_disk") || operation.name().equals("min_ram");
    return isNumber
            && value != null
            && value.isTextual()
            && NUMBER.matcher(value.textValue()).matches()
        ? new PatchOperation(
            operation.verb(), operation.name(), LongNode.valueOf(Long.parseLong(value.textValue())))
        : operation;
  }

  private static RuntimeException invalid(String message) {
    return new Refusal.Invalid(message).asException();
  }
}
