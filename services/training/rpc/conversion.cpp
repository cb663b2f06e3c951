#include "services/training/rpc/conversion.hpp"

#include <cmath>

#include <fmt/format.h>

#include "libs/rpc/time.hpp"
#include "services/training/app/jobs/task_names.hpp"

namespace fairline::training {
namespace {

void ToProto(const Comparison& comparison, v1::PairedDifference& out) {
  out.set_against(comparison.against);
  out.set_matches(comparison.log_loss.matches);
  out.set_log_loss(comparison.log_loss.mean);
  out.set_log_loss_low(comparison.log_loss.lower);
  out.set_log_loss_high(comparison.log_loss.upper);
  out.set_rps(comparison.rps.mean);
  out.set_rps_low(comparison.rps.lower);
  out.set_rps_high(comparison.rps.upper);
}

// "season 2021: trees.no_odds, and 1 more"
std::string ActivityOf(const JobView& view) {
  if (view.running.empty()) return "";
  const TaskSpec& task = view.running.front().spec;
  std::string activity(NameOf(task.kind));
  if (task.kind == TaskKind::kForecast || task.kind == TaskKind::kTrial) {
    activity = fmt::format("season {}: {}", task.season, task.model);
    if (task.trial >= 0) activity += fmt::format(", trial {}", task.trial);
  }
  const std::size_t others = view.running.size() - 1;
  return others == 0 ? activity : fmt::format("{}, and {} more", activity, others);
}

void ToProto(const JobView& view, sports::v1::Progress& out) {
  out.set_activity(ActivityOf(view));
  out.set_done(view.tasks_done);
  out.set_total(view.tasks);
}

void ToProto(const RunningTask& task, v1::RunningTask& out) {
  out.set_kind(std::string(NameOf(task.spec.kind)));
  out.set_model(task.spec.model);
  const bool one_season =
      task.spec.kind != TaskKind::kPromote && task.spec.kind != TaskKind::kEvaluate;
  if (one_season) out.set_season_start(task.spec.season);
  if (task.spec.trial >= 0) out.set_trial(task.spec.trial);
  out.set_share_done(task.share_done);
  out.set_worker(task.worker);
  out.set_attempts(task.attempts);
  *out.mutable_begin_time() = rpc::ToTimestamp(task.begun);
}

}  // namespace

void ToProto(const TaskProgress& progress, sports::v1::Progress& out) {
  out.set_activity(progress.activity);
  out.set_done(progress.done);
  out.set_total(progress.total);
}

void ToProto(const ModelEvaluation& evaluation, v1::Evaluation& out) {
  const evaluation::Evaluation& scores = evaluation.scores;
  out.set_model(evaluation.model);
  out.set_season_start(evaluation.season_start);
  out.set_matches(scores.matches);
  out.set_log_loss(scores.log_loss);
  out.set_rps(scores.rps);
  out.set_brier(scores.brier);
  out.set_accuracy(scores.accuracy);
  out.set_macro_f1(scores.macro_f1);
  out.set_macro_recall(scores.macro_recall);
  out.set_calibration_error(scores.ece);
  out.set_calibration_slope(scores.calibration_slope);
  for (const auto& happened : scores.confusion) {
    for (const std::int64_t called : happened) out.add_confusion(called);
  }
  for (const Comparison& comparison : evaluation.comparisons) {
    ToProto(comparison, *out.add_differences());
  }
  for (const evaluation::ReliabilityBin& bin : scores.reliability) {
    v1::ReliabilityBin& added = *out.add_reliability();
    added.set_count(bin.count);
    added.set_mean_forecast(bin.mean_forecast);
    added.set_frequency(bin.frequency);
  }
}

void ToProto(const TrainSummary& summary, v1::TrainSummary& out) {
  out.set_registered_model(summary.registered_model);
  out.set_version(summary.version);
  out.set_run_id(summary.run_id);
  out.set_training_matches(summary.training_matches);
  out.set_held_out_matches(summary.held_out_matches);
  for (const ModelEvaluation& evaluation : summary.evaluations) {
    ToProto(evaluation, *out.add_evaluations());
  }
}

void ToProto(const WalkForward& walk, v1::WalkForward& out) {
  const JobView& view = walk.view;
  out.set_walk_forward_id(view.job.job_id);
  out.set_sport(view.job.sport);
  out.set_state(std::string(NameOf(view.state)));
  ToProto(view, *out.mutable_progress());
  *out.mutable_create_time() = rpc::ToTimestamp(view.created);
  *out.mutable_as_of_time() = rpc::ToTimestamp(view.job.as_of);
  out.set_restarts(view.job.restarts);
  for (const ModelEvaluation& evaluation : walk.evaluations) {
    ToProto(evaluation, *out.add_evaluations());
  }
  for (const PoolWeights& pool : walk.pool_weights) {
    v1::PoolWeights& added = *out.add_pool_weights();
    added.set_model(pool.model);
    added.set_season_start(pool.season);
    for (const auto& [member, weight] : pool.weights) {
      v1::MemberWeight& pair = *added.add_weights();
      pair.set_member(member);
      pair.set_weight(weight);
    }
  }
  for (const CompetitionScore& score : walk.competition_scores) {
    v1::CompetitionScore& added = *out.add_competition_scores();
    added.set_competition_code(score.competition);
    added.set_model(score.model);
    added.set_matches(score.matches);
    added.set_log_loss(score.log_loss);
    added.set_rps(score.rps);
    if (score.against_market) ToProto(*score.against_market, *added.mutable_against_market());
  }
  for (const RunningTask& task : view.running) ToProto(task, *out.add_running_tasks());
  for (const std::string& code : walk.options.competitions) out.add_competition_codes(code);
  for (const std::string& leak : walk.leaks) out.add_suspected_leaks(leak);
  out.set_error(view.error);
}

void ToProto(const Search& search, v1::Search& out) {
  const JobView& view = search.view;
  out.set_search_id(view.job.job_id);
  out.set_sport(view.job.sport);
  out.set_model(search.options.model);
  out.set_state(std::string(NameOf(view.state)));
  ToProto(view, *out.mutable_progress());
  *out.mutable_create_time() = rpc::ToTimestamp(view.created);
  *out.mutable_as_of_time() = rpc::ToTimestamp(view.job.as_of);
  out.set_seed(search.options.seed);
  out.set_first_season_start(search.options.first_season);
  out.set_last_season_start(search.options.last_season);
  for (const ParameterRange& range : search.options.ranges) {
    v1::ParameterRange& added = *out.add_ranges();
    added.set_name(range.name);
    added.set_scale(std::string(ScaleName(range.scale)));
    added.set_low(range.low);
    added.set_high(range.high);
  }
  for (const Rung& rung : search.rungs) {
    v1::SearchRung& added = *out.add_rungs();
    added.set_trials(static_cast<std::int32_t>(rung.trials));
    added.set_seasons(static_cast<std::int32_t>(rung.budget));
  }
  for (const Search::Trial& trial : search.trials) {
    v1::SearchTrial& added = *out.add_trials();
    added.set_trial(trial.judged.trial);
    added.set_rank(out.trials_size());
    for (std::size_t i = 0; i < trial.values.size(); ++i) {
      if (std::isnan(trial.values[i])) continue;
      v1::ParameterValue& pair = *added.add_parameters();
      pair.set_name(search.options.ranges[i].name);
      pair.set_value(trial.values[i]);
    }
    added.set_seasons(trial.judged.seasons);
    added.set_matches(trial.judged.matches);
    added.set_log_loss(trial.judged.log_loss);
    if (trial.judged.trial == kPresentParameters) continue;
    v1::PairedDifference& difference = *added.mutable_against_present();
    difference.set_against("present");
    difference.set_matches(trial.judged.against_present.matches);
    difference.set_log_loss(trial.judged.against_present.mean);
    difference.set_log_loss_low(trial.judged.against_present.lower);
    difference.set_log_loss_high(trial.judged.against_present.upper);
  }
  out.set_best_entry(search.best_entry);
  out.set_caution(search.caution);
  for (const RunningTask& task : view.running) ToProto(task, *out.add_running_tasks());
  out.set_error(view.error);
}

}  // namespace fairline::training
