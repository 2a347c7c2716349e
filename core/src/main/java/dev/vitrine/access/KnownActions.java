package dev.vitrine.access;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The actions that a policy may name one by one. Only the services {@code ims} and {@code iam} are
 * known well enough to refuse others (ruling 9); a pattern may also stand for what is not there
 * yet.
 */
final class KnownActions {
  /** Actions of IMS that no operation of ours asks for (contract: all IMS actions found). */
  private static final List<String> UNUSED =
      List.of(
          "ims:images:list",
          "ims:images:upload",
          "ims:images:export",
          "ims:images:copy",
          "ims:serverImages:create",
          "ims:dataImages:create",
          "ims:wholeImages:create",
          "ims:quotas:get",
          "ims:imageJobs:getPercentage");

  private static final Set<String> SERVICES = Set.of("ims", "iam");

  private static final Set<String> ALL =
      Stream.concat(
              UNUSED.stream(),
              Arrays.stream(Operation.values())
                  .flatMap(operation -> operation.requirements().stream())
                  .map(requirement -> requirement.action().toString()))
          .map(name -> name.toLowerCase(Locale.ROOT))
          .collect(Collectors.toUnmodifiableSet());

  private KnownActions() {}

  static boolean takes(ActionPattern pattern) {
    return pattern.hasWildcard()
        || !SERVICES.contains(pattern.service())
        || ALL.contains(pattern.toString().toLowerCase(Locale.ROOT));
  }
}
