package dev.vitrine.server.json;

import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.Handler;

/** Handlers of operations that take no body. */
public final class NoBody {
  private NoBody() {}

  /**
   * Ignores a JSON object, because some clients send one with an operation that takes no body (IMS:
   * 删除镜像, with {@code delete_backup}), and refuses any other body (Glance).
   */
  public static Handler around(Handler handler) {
    return request -> {
      if (request.body().length() > 0 && !Json.isObject(request.body())) {
        throw new Refusal.Invalid("A body is not expected with this request.").asException();
      }
      return handler.handle(request);
    };
  }
}
