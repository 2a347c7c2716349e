package dev.vitrine.server.glance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.vitrine.image.Blob;
import dev.vitrine.image.Image.StoredData;
import dev.vitrine.image.ImageStore.Task;
import dev.vitrine.image.Images;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.images.ImageBody;
import dev.vitrine.server.json.Json;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The bytes of images: upload, download, stage, import. */
public final class ImageDataResource {
  private static final String OCTETS = "application/octet-stream";
  private static final DateTimeFormatter TASK_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Images images;

  public ImageDataResource(Images images) {
    this.images = images;
  }

  public void addTo(Routes routes) {
    routes
        .on(Operation.DOWNLOAD_IMAGE, this::download)
        .streaming(Operation.UPLOAD_IMAGE, this::upload)
        .streaming(Operation.STAGE_IMAGE, this::stage)
        .on(Operation.IMPORT_IMAGE, this::importImage)
        .on(Operation.LIST_IMAGE_TASKS, this::tasks);
  }

  private Reply download(Request request) {
    Images.Bytes bytes = images.download(request.caller(), image(request));
    Blob blob = bytes.blob();
    if (blob == null) {
      return Reply.empty(204);
    }
    StoredData data = Objects.requireNonNull(bytes.image().data());
    ByteRange range = ByteRange.asked(request, blob.length());
    Reply.Body body = new Reply.Body.BlobPart(blob, range.first(), range.length());
    Reply reply =
        new Reply(
            range.isPart() ? 206 : 200,
            Map.of("Content-Type", OCTETS, "Content-Md5", data.md5()),
            body);
    return range.isPart() ? reply.with("Content-Range", range.contentRange()) : reply;
  }

  private Reply upload(Request request) throws IOException {
    requireOctets(request);
    String store = request.header("X-Image-Meta-Store");
    if (store != null && !store.equals(SchemasResource.STORE)) {
      throw new Refusal.Invalid("Store for identifier " + store + " not found").asException();
    }
    images.upload(request.caller(), image(request), request.content(), request.cause());
    return ImagesResource.done();
  }

  private Reply stage(Request request) throws IOException {
    requireOctets(request);
    images.stage(request.caller(), image(request), request.content(), request.cause());
    return ImagesResource.done();
  }

  private static void requireOctets(Request request) {
    String type = request.mediaType();
    if (!OCTETS.equals(type)) {
      throw ImageBody.unsupported(type, OCTETS).asException();
    }
  }

  private Reply importImage(Request request) {
    JsonNode body =
        ImageBody.object(request, "Expected an import in the form: {\"method\": {\"name\": \"\"}}");
    JsonNode method = body.get("method");
    if (method == null) {
      throw invalid("Import request requires a 'method' field.");
    }
    if (!method.isObject() || !method.has("name")) {
      throw invalid("Import request requires a 'name' field.");
    }
    if (!Images.GLANCE_DIRECT.equals(method.get("name").textValue())) {
      throw invalid("Unknown import method name '" + method.get("name").asText() + "'.");
    }
    requireOurStore(body);
    images.importStaged(request.caller(), image(request), request.shownId(), request.cause());
    return Reply.empty(202).with("Content-Type", "text/html; charset=UTF-8");
  }

  private static void requireOurStore(JsonNode body) {
    JsonNode all = body.path("all_stores");
    if (!all.isMissingNode() && !all.isBoolean()) {
      throw invalid("'all_stores' must be boolean value only");
    }
    JsonNode stores = body.path("stores");
    if (all.asBoolean() && !stores.isMissingNode()) {
      throw invalid(
          "All_stores parameter can't be used with x-image-meta-store header or stores parameter");
    }
    Iterable<JsonNode> named =
        stores.isArray() || stores instanceof MissingNode ? stores : List.of(stores);
    for (JsonNode store : named) {
      if (!SchemasResource.STORE.equals(store.textValue())) {
        throw new Refusal.Conflict("Store for identifier " + store.asText() + " not found")
            .asException();
      }
    }
  }

  private Reply tasks(Request request) {
    String image = image(request);
    List<Task> tasks = images.tasks(request.caller(), image);
    return Json.reply(
        200,
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("tasks");
          for (Task task : tasks) {
            json.writeStartObject();
            json.writeStringField("id", task.id());
            json.writeStringField("type", "api_image_import");
            json.writeStringField("status", "success");
            json.writeStringField("owner", task.owner());
            json.writeNullField("expires_at");
            json.writeStringField("created_at", time(task.createdAt()));
            json.writeStringField("updated_at", time(task.updatedAt()));
            json.writeNullField("deleted_at");
            json.writeBooleanField("deleted", false);
            json.writeStringField("image_id", image);
            json.writeStringField("request_id", task.request());
            json.writeStringField("user_id", task.user());
            json.writeObjectFieldStart("input");
            json.writeStringField("image_id", image);
            json.writeObjectFieldStart("import_req");
            json.writeObjectFieldStart("method");
            json.writeStringField("name", task.method());
            json.writeEndObject();
            json.writeEndObject();
            json.writeEndObject();
            json.writeObjectFieldStart("result");
            json.writeStringField("image_id", image);
            json.writeEndObject();
            json.writeStringField("message", "");
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static String time(Instant time) {
    return TASK_TIME.format(time);
  }

  private static String image(Request request) {
    return request.parameter("image_id");
  }

  private static RuntimeException invalid(String message) {
    return new Refusal.Invalid(message).asException();
  }
}
