package dev.vitrine.bench;

import dev.vitrine.client.Session;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A request of the table in {@code docs/performance.md}.
 *
 * @see #bar
 */
enum Scenario {
  MEMBERS(0.20, 70) {
    @Override
    Load.Source on(Stage stage, Queue<byte[]> added) {
      return always(get("/v2/images/" + stage.image() + "/members", stage.owner()));
    }
  },
  MEMBER(0.15, 60) {
    @Override
    Load.Source on(Stage stage, Queue<byte[]> added) {
      return always(
          get(
              "/v2/images/%s/members/%s".formatted(stage.image(), stage.consumer().project()),
              stage.owner()));
    }
  },
  LIST(0.37, 50) {
    @Override
    Load.Source on(Stage stage, Queue<byte[]> added) {
      return always(
          get("/v2/images?limit=25&visibility=shared&member_status=accepted", stage.consumer()));
    }
  },
  SHOW(0.15, 40) {
    @Override
    Load.Source on(Stage stage, Queue<byte[]> added) {
      return always(get("/v2/images/" + stage.image(), stage.owner()));
    }
  },
  POST(0.36, 40) {
    @Override
    Load.Source on(Stage stage, Queue<byte[]> added) {
      return (connection, number) -> {
        int image = (int) ((number * 7 + connection * 5L) % stage.forMembers().size());
        String path = "/v2/images/%s/members".formatted(stage.forMembers().get(image));
        String member = Stage.anyone();
        String token = stage.owner().token();
        added.add(Load.request("DELETE", path + "/" + member, token, null));
        return Load.request("POST", path, token, "{\"member\": \"" + member + "\"}");
      };
    }
  },
  PUT(0.36, 40) {
    @Override
    Load.Source on(Stage stage, Queue<byte[]> added) {
      return (connection, number) ->
          Load.request(
              "PUT",
              "/v2/images/%s/members/%s"
                  .formatted(
                      stage.forStatus().get(connection % stage.forStatus().size()),
                      stage.consumer().project()),
              stage.consumer().token(),
              number % 2 == 0 ? "{\"status\": \"rejected\"}" : "{\"status\": \"accepted\"}");
    }
  },
  DELETE(0.38, 40) {
    // Removes members that were added before; ends when none is left.
    @Override
    Load.Source on(Stage stage, Queue<byte[]> added) {
      return (connection, number) -> added.poll();
    }
  };

  private final double bar;
  private final int ratioBar;

  Scenario(double bar, int ratioBar) {
    this.bar = bar;
    this.ratioBar = ratioBar;
  }

  /** Limit of CPU time for a request, server and database together, in milliseconds. */
  double bar() {
    return bar;
  }

  /** How many times less CPU time than Glance it should take. */
  int ratioBar() {
    return ratioBar;
  }

  boolean writes() {
    return this == POST || this == PUT || this == DELETE;
  }

  /** Limit of the 99th percentile of latency at 16 connections, in milliseconds. */
  int latencyBar() {
    return writes() ? 30 : 10;
  }

  /**
   * The requests of the connections.
   *
   * @param added queue in which additions leave the requests that remove them again
   */
  abstract Load.Source on(Stage stage, Queue<byte[]> added);

  static Queue<byte[]> nothingAdded() {
    return new ConcurrentLinkedQueue<>();
  }

  private static byte[] get(String path, Session session) {
    return Load.request("GET", path, session.token(), null);
  }

  private static Load.Source always(byte[] request) {
    return (connection, number) -> request;
  }
}
