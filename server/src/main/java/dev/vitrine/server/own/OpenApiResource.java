package dev.vitrine.server.own;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.operation.Operation;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.json.Json;
import dev.vitrine.server.openapi.OpenApi;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/** {@code GET /openapi.json}, for everybody. */
public final class OpenApiResource {
  /** Created at the first request: a start does not wait for it. */
  private static final class Document {
    static final Asset ASSET;
    static final String ETAG;

    static {
      ObjectNode document = OpenApi.document();
      byte[] plain = document.toString().getBytes(StandardCharsets.UTF_8);
      ASSET = new Asset(Json.MEDIA_TYPE, Buffer.buffer(plain), Buffer.buffer(compressed(plain)));
      ETAG = Asset.etag(plain);
    }
  }

  public void addTo(Routes routes) {
    routes.on(Operation.SHOW_OPENAPI, this::show);
  }

  private Reply show(Request request) {
    Reply reply =
        Asset.isKnown(request, Document.ETAG)
            ? Reply.empty(304).with("Vary", "Accept-Encoding")
            : Document.ASSET.answer(request);
    return reply.with("ETag", Document.ETAG).with("Cache-Control", "no-cache");
  }

  private static byte[] compressed(byte[] bytes) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return compressed.toByteArray();
  }
}
