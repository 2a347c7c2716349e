package dev.vitrine.server.ims;

import dev.vitrine.job.Batch;
import dev.vitrine.job.Job;
import dev.vitrine.job.Jobs;
import dev.vitrine.job.Pair;
import dev.vitrine.operation.Operation;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.huawei.Parameters;
import dev.vitrine.server.json.Json;
import java.util.List;

/** The two routes that show the progress of a job (contract/ims.md 1.12). */
public final class JobsResource {
  private final Jobs jobs;

  public JobsResource(Jobs jobs) {
    this.jobs = jobs;
  }

  public void addTo(Routes routes) {
    routes
        .on(Operation.SHOW_JOB, Parameters.taking(this::show))
        .on(Operation.SHOW_JOB_PROGRESS, Parameters.taking(this::showProgress));
  }

  private Reply show(Request request) {
    Job job = job(request, Operation.SHOW_JOB);
    boolean hasResults = job.endedAt() != null && job.kind() != Batch.Kind.REMOVE;
    List<Pair> pairs = hasResults ? jobs.pairs(job) : List.of();
    return Json.reply(
        200,
        json -> {
          JobJson.begin(job, json);
          JobJson.results(pairs, json);
          JobJson.end(json);
        });
  }

  private Reply showProgress(Request request) {
    Job job = job(request, Operation.SHOW_JOB_PROGRESS);
    return Json.reply(
        200,
        json -> {
          JobJson.begin(job, json);
          JobJson.end(json);
        });
  }

  private Job job(Request request, Operation operation) {
    return jobs.show(ImsCaller.of(request), request.parameter("job_id"), operation);
  }
}
