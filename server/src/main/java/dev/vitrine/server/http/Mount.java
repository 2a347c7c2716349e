package dev.vitrine.server.http;

/**
 * The two OpenStack services below a name of their own, as DevStack serves them, beside their
 * places at the root: there a client that looks for versions finds those of one service. IMS is
 * below {@code /image} as well, for Huawei Cloud's SDKs that use the catalogue (golangsdk and its
 * kin) look for it at the endpoint of type {@code image}; IAM, which they never do, is not.
 */
final class Mount {
  private static final String IDENTITY = "/identity";
  private static final String IMAGE = "/image";

  private Mount() {}

  /** The name that a raw path begins with; empty for the root. */
  static String prefix(String path) {
    if (!path.startsWith("/i")) {
      return "";
    }
    return isBelow(path, IDENTITY) ? IDENTITY : isBelow(path, IMAGE) ? IMAGE : "";
  }

  /**
   * The path that routes and protocols know; the raw one where nothing is served below its prefix.
   *
   * @param prefix of that path
   */
  static String route(String path, String prefix) {
    if (prefix.isEmpty()) {
      return path;
    }
    String rest = path.substring(prefix.length());
    if (prefix.equals(IDENTITY)) {
      return isBelow(rest, "/v3") ? rest : path;
    }
    return switch (rest) {
      case "" -> "/";
      case "/", "/versions", "/versions/", "/healthcheck" -> rest;
      default -> isBelow(rest, "/v2") || isBelow(rest, "/v1") ? rest : path;
    };
  }

  private static boolean isBelow(String path, String place) {
    return path.startsWith(place)
        && (path.length() == place.length() || path.charAt(place.length()) == '/');
  }
}
