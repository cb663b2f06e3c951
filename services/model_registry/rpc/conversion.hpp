#pragma once
// Between the registry's nouns and its proto messages.

#include "fairline/registry/v1/registry.pb.h"

#include "services/model_registry/app/model.hpp"

namespace fairline::model_registry {

[[nodiscard]] std::vector<Parameter> FromProto(
    const google::protobuf::RepeatedPtrField<registry::v1::Parameter>& parameters);
[[nodiscard]] std::vector<Metric> FromProto(
    const google::protobuf::RepeatedPtrField<registry::v1::Metric>& metrics);
[[nodiscard]] std::vector<Tag> FromProto(
    const google::protobuf::RepeatedPtrField<registry::v1::Tag>& tags);
[[nodiscard]] FeatureCatalogue FromProto(const registry::v1::FeatureCatalogue& catalogue);
[[nodiscard]] std::vector<DescribedModel> FromProto(
    const google::protobuf::RepeatedPtrField<registry::v1::DescribedModel>& models);
[[nodiscard]] NewVersion FromProto(const registry::v1::RegisterVersionRequest& request);

void ToProto(const Run& run, registry::v1::Run& out);
void ToProto(const ModelVersion& version, registry::v1::ModelVersion& out);
void ToProto(const VersionDescription& described, registry::v1::GetVersionResponse& out);
void ToProto(const RegisteredModel& model, registry::v1::RegisteredModel& out);
void ToProto(const AliasMove& move, registry::v1::AliasMove& out);

}  // namespace fairline::model_registry
