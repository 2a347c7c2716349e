package dev.vitrine.access;

import dev.vitrine.operation.GrantScope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the evaluation found about one grant. Statements are numbered from 0. */
public sealed interface Finding {
  /** Grants made at such a scope do not count for the operation (ruling 7). */
  record ScopeDoesNotCount(GrantScope scope) implements Finding {}

  /**
   * The grant counts only for images of its enterprise project.
   *
   * @param imageIsIn the image's enterprise project, null if it is in none
   */
  record OtherEnterpriseProject(@Nullable String imageIsIn) implements Finding {}

  /** Roles that the granted role depends on are missing. */
  record DependsOn(List<String> missing) implements Finding {}

  /** No statement names the action. */
  record Silent() implements Finding {}

  /**
   * A statement would apply, but this condition is not met.
   *
   * @param actual the request's value, null if it has none
   */
  record ConditionFailed(int statement, Condition condition, @Nullable String actual)
      implements Finding {}

  /** A statement allows. */
  record Allows(int statement) implements Finding {}

  /** A statement denies. */
  record Denies(int statement) implements Finding {}
}
