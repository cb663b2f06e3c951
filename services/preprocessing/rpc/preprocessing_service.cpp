#include "services/preprocessing/rpc/preprocessing_service.hpp"

#include <cmath>

#include "services/preprocessing/app/compute_features.hpp"
#include "services/preprocessing/app/match_features.hpp"

namespace fairline::preprocessing {
namespace {

absl::Status CheckSport(const std::string& sport) {
  const auto replay = features::MakeReplay(sport);
  return replay.ok() ? absl::OkStatus() : InvalidField("sport", "no features are known for it");
}

// The named sport, or all.
absl::StatusOr<std::vector<std::string>> SportsOf(const std::string& requested) {
  if (requested.empty()) {
    const auto all = features::ReplaySports();
    return std::vector<std::string>(all.begin(), all.end());
  }
  RETURN_IF_ERROR(CheckSport(requested));
  return std::vector<std::string>{requested};
}

// Adds one sport's summary to that of all.
void Add(const FeatureSummary& summary, v1::FeatureSummary& all) {
  const bool first = all.catalogue_hash().empty();
  all.set_finished_matches(all.finished_matches() + summary.computation.finished_matches);
  all.set_coming_matches(all.coming_matches() + summary.computation.coming_matches);
  all.set_features(all.features() + summary.features);
  all.set_catalogue_hash(first ? summary.catalogue_hash
                               : all.catalogue_hash() + "," + summary.catalogue_hash);
  all.set_data_version(summary.computation.data_version);
  all.set_up_to_date((first || all.up_to_date()) && summary.up_to_date);
}

}  // namespace

PreprocessingService::PreprocessingService(MatchSource& matches, FeatureStore& store,
                                           rpc::Host& host)
    : matches_(matches),
      store_(store),
      endpoint_(host.EndpointFor<v1::PreprocessingService>()),
      as_of_(host.as_of()) {}

grpc::Status PreprocessingService::ComputeFeatures(
    grpc::ServerContext* context, const v1::ComputeFeaturesRequest* request,
    grpc::ServerWriter<v1::ComputeFeaturesResponse>* writer) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) {
    const Conversation conversation{
        .deadline = call.deadline,
        .report =
            [&](const Progress& progress) {
              v1::ComputeFeaturesResponse response;
              response.mutable_progress()->set_activity(progress.activity);
              response.mutable_progress()->set_done(progress.done);
              response.mutable_progress()->set_total(progress.total);
              writer->Write(response);
            },
        .cancelled = [&] { return call.Cancelled(); }};
    return [&]() -> absl::Status {
      ASSIGN_OR_RETURN(const std::vector<std::string> sports, SportsOf(request->sport()));
      v1::ComputeFeaturesResponse last;
      for (const std::string& sport : sports) {
        ASSIGN_OR_RETURN(
            const FeatureSummary summary,
            preprocessing::ComputeFeatures(sport, as_of_.Now(), matches_, store_, conversation));
        Add(summary, *last.mutable_summary());
      }
      writer->Write(last);
      return absl::OkStatus();
    }();
  });
}

grpc::Status PreprocessingService::GetFeatureCatalogue(
    grpc::ServerContext* context, const v1::GetFeatureCatalogueRequest* request,
    v1::GetFeatureCatalogueResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    const std::string sport =
        request->sport().empty() ? std::string(features::DefaultSport()) : request->sport();
    RETURN_IF_ERROR(CheckSport(sport));
    ASSIGN_OR_RETURN(const auto replay, features::MakeReplay(sport));
    response->set_catalogue_hash(replay->catalogue().hash());
    for (const features::Feature& feature : replay->catalogue().features()) {
      v1::Feature& proto = *response->add_features();
      proto.set_name(std::string(feature.name));
      proto.set_meaning(std::string(feature.meaning));
      proto.set_unit(std::string(feature.unit));
      proto.set_source(std::string(feature.source));
      proto.set_block(std::string(features::BlockName(feature.block)));
    }
    return absl::OkStatus();
  });
}

grpc::Status PreprocessingService::GetMatchFeatures(grpc::ServerContext* context,
                                                    const v1::GetMatchFeaturesRequest* request,
                                                    v1::GetMatchFeaturesResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    if (request->match_id() <= 0) return InvalidField("match_id", "must be positive");
    ASSIGN_OR_RETURN(const MatchFeatures features,
                     FeaturesOf({request->match_id()}, store_, call.deadline));
    response->set_match_id(request->match_id());
    for (const NamedValue& value : features) {
      v1::FeatureValue& proto = *response->add_values();
      proto.set_name(std::string(value.name));
      if (!std::isnan(value.value)) proto.set_value(value.value);
    }
    return absl::OkStatus();
  });
}

}  // namespace fairline::preprocessing
