package dev.vitrine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.client.Endpoint;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command, with what all commands need. */
abstract class Command implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  private @Nullable Cloud cloud;

  abstract ExitCode run();

  @Override
  public final Integer call() {
    return run().number();
  }

  /** The model of this command. */
  CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("picocli sets it");
    }
    return spec;
  }

  Vitrine root() {
    return (Vitrine) spec().root().userObject();
  }

  Shell shell() {
    return root().shell();
  }

  /** Whose credentials the command uses. */
  Account account() {
    return new Clouds(shell()).choose(root().cloud());
  }

  /** Signs in on the first call. */
  Cloud cloud() {
    if (cloud == null) {
      cloud = Cloud.signIn(account(), shell());
    }
    return cloud;
  }

  Names names() {
    return new Names(cloud());
  }

  /**
   * Sends a request that has no body and no answer, and tells that it is done.
   *
   * @param note the text; its argument is {@code what}
   */
  ExitCode send(String method, Endpoint service, String path, String note, String what) {
    service.call(method, path, null);
    shell().note(note, what);
    return ExitCode.OK;
  }

  /** Refuses an option that a command without a server cannot heed. */
  void checkLocal() {
    if (root().cloud() != null) {
      throw new Problem(ExitCode.USAGE, "local.cloud");
    }
  }

  /** An object of an answer. */
  static ObjectNode object(JsonNode node) {
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw new Problem(ExitCode.FAILED, "answer.strange", node);
  }
}
