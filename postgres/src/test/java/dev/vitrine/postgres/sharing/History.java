package dev.vitrine.postgres.sharing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * What clients did with one image at the same time, and what each was told. It is linearizable if
 * each operation can be given a moment between its call and its answer, such that one after the
 * other they would have told the same (Wing and Gong's search, with Lowe's memory of what was
 * tried).
 *
 * <p>A batch is two operations: it is accepted between the call and the answer, and done between
 * the call and the end of its job. Batches are done in the order in which they are accepted, and a
 * request that comes after the acceptance is not undone by it.
 */
@NullMarked
final class History {
  /** Operations of one history: a bit of a long each. */
  static final int LONGEST = 63;

  /** What is done. */
  enum Kind {
    ADD,
    REMOVE,
    ANSWER,
    SHARE,
    CLOSE,
    LIST,
    SHOW,
    SEE,
    ACCEPT_ADD,
    ACCEPT_REMOVE,
    ACCEPT_ANSWER,
    DONE
  }

  /**
   * An operation.
   *
   * @param members that it is about, in the order of the request
   * @param status of an answer
   * @param job of a batch
   * @param told what the client was told
   */
  record Operation(
      Kind kind,
      List<String> members,
      @Nullable String status,
      int job,
      long called,
      long answered,
      String told) {
    @Override
    public String toString() {
      return "%,d..%,d %s %s%s%s: %s"
          .formatted(
              called / 1000,
              answered / 1000,
              kind,
              members,
              status == null ? "" : " " + status,
              job == 0 ? "" : " job " + job,
              told);
    }
  }

  /** A batch that is accepted and not done, and what was asked for since. */
  private record Waiting(
      int job,
      Kind kind,
      List<String> members,
      @Nullable String status,
      boolean closed,
      Set<String> added,
      Set<String> answered,
      Set<String> removed) {
    private Waiting later(Kind kind, @Nullable String member) {
      return new Waiting(
          job,
          this.kind,
          members,
          status,
          closed || kind == Kind.CLOSE,
          kind == Kind.ADD ? with(added, member) : added,
          kind == Kind.ANSWER ? with(answered, member) : answered,
          kind == Kind.REMOVE ? with(removed, member) : removed);
    }

    private static Set<String> with(Set<String> all, @Nullable String one) {
      Set<String> more = new TreeSet<>(all);
      more.add(String.valueOf(one));
      return more;
    }
  }

  /** An image, at one moment. */
  private record State(boolean shared, Map<String, String> members, List<Waiting> waiting) {
    private State members(Map<String, String> now) {
      return new State(shared, now, waiting);
    }

    private State asked(Kind kind, @Nullable String member) {
      return new State(
          shared, members, waiting.stream().map(batch -> batch.later(kind, member)).toList());
    }

    private State visible(boolean isShared) {
      return new State(isShared, members, waiting);
    }
  }

  private record Step(String told, State state) {}

  private final List<Operation> operations;
  private final int limit;
  private final String consumer;
  private final Set<List<Object>> tried = new HashSet<>();

  /**
   * @param limit of members
   * @param consumer the member that looks at the image and answers
   */
  History(List<Operation> operations, int limit, String consumer) {
    this.operations =
        operations.stream().sorted(Comparator.comparingLong(Operation::called)).toList();
    this.limit = limit;
    this.consumer = consumer;
  }

  /** Of a shared image without members. */
  boolean isLinearizable() {
    return search(0, new State(true, Map.of(), List.of()));
  }

  private boolean search(long done, State state) {
    if (done == (1L << operations.size()) - 1) {
      return true;
    }
    if (!tried.add(List.of(done, state))) {
      return false;
    }
    long firstAnswer = Long.MAX_VALUE;
    for (int i = 0; i < operations.size(); i++) {
      if ((done & (1L << i)) == 0) {
        firstAnswer = Math.min(firstAnswer, operations.get(i).answered());
      }
    }
    for (int i = 0; i < operations.size(); i++) {
      Operation next = operations.get(i);
      if ((done & (1L << i)) != 0 || next.called() > firstAnswer) {
        continue;
      }
      Step step = apply(next, state);
      if (step != null
          && step.told().equals(next.told())
          && search(done | (1L << i), step.state())) {
        return true;
      }
    }
    return false;
  }

  /** Null: not at this moment. */
  private @Nullable Step apply(Operation operation, State state) {
    String member = operation.members().isEmpty() ? null : operation.members().getFirst();
    Map<String, String> members = new TreeMap<>(state.members());
    String status = member == null ? null : members.get(member);
    return switch (operation.kind()) {
      case ADD -> {
        if (!state.shared()) {
          yield new Step("403", state);
        }
        if (status != null) {
          yield new Step("409", state);
        }
        if (members.size() >= limit) {
          yield new Step("413", state);
        }
        members.put(String.valueOf(member), "pending");
        yield new Step("200", state.members(members).asked(Kind.ADD, member));
      }
      case REMOVE -> {
        if (!state.shared()) {
          yield new Step("403", state);
        }
        if (status == null) {
          yield new Step("404", state);
        }
        members.remove(member);
        yield new Step("204", state.members(members).asked(Kind.REMOVE, member));
      }
      case ANSWER -> {
        if (!state.shared() || status == null) {
          yield new Step("404", state);
        }
        members.put(String.valueOf(member), String.valueOf(operation.status()));
        yield new Step("200", state.members(members).asked(Kind.ANSWER, member));
      }
      case SHARE -> new Step("200", state.visible(true));
      case CLOSE -> new Step("200", state.visible(false).asked(Kind.CLOSE, null));
      case LIST -> new Step(state.shared() ? members.toString() : "403", state);
      case SHOW -> new Step(status == null ? "404" : status, state);
      case SEE -> new Step(state.shared() && members.containsKey(consumer) ? "200" : "404", state);
      case ACCEPT_ADD, ACCEPT_REMOVE -> new Step("accepted", accepted(operation, state));
      case ACCEPT_ANSWER ->
          state.shared() && status != null
              ? new Step("accepted", accepted(operation, state))
              : new Step("404", state);
      case DONE -> {
        boolean isNext =
            !state.waiting().isEmpty() && state.waiting().getFirst().job() == operation.job();
        yield isNext ? carryOut(state) : null;
      }
    };
  }

  private static State accepted(Operation operation, State state) {
    List<Waiting> waiting = new ArrayList<>(state.waiting());
    waiting.add(
        new Waiting(
            operation.job(),
            operation.kind(),
            operation.members(),
            operation.status(),
            false,
            Set.of(),
            Set.of(),
            Set.of()));
    return new State(state.shared(), state.members(), List.copyOf(waiting));
  }

  private Step carryOut(State state) {
    Waiting batch = state.waiting().getFirst();
    List<Waiting> others = state.waiting().subList(1, state.waiting().size());
    Map<String, String> members = new TreeMap<>(state.members());
    boolean shared = state.shared();
    List<String> told = new ArrayList<>();
    boolean isRefused =
        !shared
            && (batch.kind() == Kind.ACCEPT_ANSWER
                || (batch.kind() == Kind.ACCEPT_ADD && batch.closed()));
    if (isRefused) {
      batch.members().forEach(member -> told.add("superseded"));
    } else {
      if (!shared && batch.kind() == Kind.ACCEPT_ADD) {
        members.clear();
        shared = true;
      }
      int free = limit - members.size();
      for (String member : batch.members()) {
        String status = members.get(member);
        String outcome =
            switch (batch.kind()) {
              case ACCEPT_ADD -> added(batch, member, status, free);
              case ACCEPT_REMOVE ->
                  status != null && batch.added().contains(member) ? "superseded" : "success";
              case ACCEPT_ANSWER -> answered(batch, member, status);
              case ADD, REMOVE, ANSWER, SHARE, CLOSE, LIST, SHOW, SEE, DONE ->
                  throw new IllegalStateException();
            };
        if (batch.kind() == Kind.ACCEPT_ADD && status == null && outcome.equals("success")) {
          free--;
        }
        if (outcome.equals("success")) {
          change(members, batch, member, status);
        }
        told.add(outcome);
      }
    }
    return new Step(told.toString(), new State(shared, members, List.copyOf(others)));
  }

  private static String added(Waiting batch, String member, @Nullable String status, int free) {
    if (status != null) {
      boolean isAnswered = status.equals("rejected") && batch.answered().contains(member);
      return isAnswered ? "superseded" : "success";
    }
    if (batch.removed().contains(member)) {
      return "superseded";
    }
    return free > 0 ? "success" : "member_limit";
  }

  private static String answered(Waiting batch, String member, @Nullable String status) {
    if (status == null) {
      return batch.removed().contains(member) ? "superseded" : "member_not_found";
    }
    boolean isLater = batch.added().contains(member) || batch.answered().contains(member);
    return isLater ? "superseded" : "success";
  }

  private static void change(
      Map<String, String> members, Waiting batch, String member, @Nullable String status) {
    if (batch.kind() == Kind.ACCEPT_REMOVE) {
      members.remove(member);
    } else if (batch.kind() == Kind.ACCEPT_ANSWER) {
      members.put(member, String.valueOf(batch.status()));
    } else if (status == null || status.equals("rejected")) {
      members.put(member, "pending");
    }
  }

  @Override
  public String toString() {
    return operations.stream().map(Operation::toString).collect(Collectors.joining("\n"));
  }
}
