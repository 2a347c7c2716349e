package dev.vitrine.server.ims;

import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.WireProtocol;
import dev.vitrine.server.huawei.Gateway;
import java.util.List;

/**
 * IMS: its own errors in form E1, those of the gateway in form E2 (contract/ims.md 1.0.2; rulings
 * 14 and 24).
 */
public final class ImsProtocol implements WireProtocol {
  /** The last three have no routes here; in the vendor's cloud they belong to other services. */
  private static final List<String> FAMILIES = List.of("/v2/cloudimages", "/v1.1", "/v2.1", "/v5");

  @Override
  public boolean owns(String path) {
    return path.startsWith("/v1/") || FAMILIES.stream().anyMatch(family -> isIn(family, path));
  }

  private static boolean isIn(String family, String path) {
    return path.startsWith(family)
        && (path.length() == family.length() || path.charAt(family.length()) == '/');
  }

  @Override
  public boolean authenticatesFirst(Request request) {
    return false;
  }

  @Override
  public Reply unknownRoute(Request request) {
    return Gateway.noSuchApi(request, 404);
  }

  @Override
  public Reply methodNotAllowed(Request request, List<String> allowed) {
    return Gateway.noSuchApi(request, 405).with("Allow", String.join(", ", allowed));
  }

  @Override
  public Reply refused(Request request, Refusal refusal) {
    return refusal instanceof Refusal.Unauthenticated
        ? Gateway.badToken(request)
        : ImsFault.of(refusal).answer();
  }

  @Override
  public Reply failed(Request request) {
    return ImsFault.UNKNOWN.answer();
  }

  /** The SDK reads the request id from the first of the two headers. */
  @Override
  public Reply finish(Request request, Reply reply) {
    return reply
        .with("X-Request-Id", request.id())
        .with("x-openstack-request-id", request.shownId());
  }
}
