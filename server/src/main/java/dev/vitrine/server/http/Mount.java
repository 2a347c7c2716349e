package dev.vitrine.server.http;

/**
 * The path prefixes of the two OpenStack services, as in DevStack. Both services are also at the
 * root, but only below its prefix does version discovery find one service alone. IMS is also below
 * {@code /image}, because Huawei Cloud's SDKs that use the catalogue (golangsdk and its forks) look
 * for it at the endpoint of type {@code image}. They do not do so for IAM.
 */
final class Mount {
  private static final String IDENTITY = "/identity";
  private static final String IMAGE = "/image";

  private Mount() {}

  /** The prefix of a raw path; empty for the root. */
  static String prefix(String path) {
    if (!path.startsWith("/i")) {
      return "";
    }
    return isBelow(path, IDENTITY) ? IDENTITY : isBelow(path, IMAGE) ? IMAGE : "";
  }

  /**
   * The path for routes and protocols; the raw path if nothing is served below its prefix.
   *
   * @param prefix the prefix of {@code path}
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
