package dev.vitrine.server.testdouble;

import dev.vitrine.server.http.Gate.Verdict;
import dev.vitrine.server.http.Request;
import java.util.ArrayList;
import java.util.List;

/** The rules that make requests fail, in their order: the first that matches a request hits it. */
public final class Faults {
  private final List<Fault> rules = new ArrayList<>();

  /** Read by the workers of jobs at each turn. */
  private volatile boolean hangsJobs;

  synchronized void add(Fault fault) {
    rules.add(fault);
    update();
  }

  /** Removes all rules. */
  public synchronized void clear() {
    rules.clear();
    update();
  }

  synchronized List<Fault> all() {
    return List.copyOf(rules);
  }

  private void update() {
    hangsJobs = rules.stream().anyMatch(rule -> rule.kind() == Fault.Kind.HANG_JOBS);
  }

  /** Whether no job goes on. */
  public boolean hangsJobs() {
    return hangsJobs;
  }

  synchronized Verdict judge(Request request) {
    for (int i = 0; i < rules.size(); i++) {
      Fault fault = rules.get(i);
      if (fault.hits(request.method(), request.path())) {
        Fault after = fault.after();
        if (after == null) {
          rules.remove(i);
        } else {
          rules.set(i, after);
        }
        return fault.verdict();
      }
    }
    return new Verdict.Pass();
  }
}
