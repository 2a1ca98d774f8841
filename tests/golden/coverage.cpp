#include "vectors.hpp"

BOOST_AUTO_TEST_SUITE(coverage)

namespace {

using namespace tests::golden;

/// The cases that the library does not have: layers, losses, optimisers, images and classifiers.
const std::map<std::string, std::set<std::string>> not_yet = {
    {"layer",
     {"act_elu", "act_elu_extreme", "dropout2d_mask", "avgpool_k2s2", "strided_crops",
      "cross_entropy_ignore_minus1", "log_softmax_extreme"}},
    {"loss",
     {"fd_GAN_n5_l1_m1", "fd_GAN_n4_l9_m1", "fd_GAN_n3_l4_m3", "fd_GAN_n2_l4_m1", "fd_W1_n5_l1_m1",
      "fd_W1_n4_l9_m1", "fd_W1_n3_l4_m3", "fd_W1_n2_l4_m1", "fd_X2_official_n5_l1_m1",
      "fd_X2_official_n4_l9_m1", "fd_X2_official_n3_l4_m3", "fd_X2_official_n2_l4_m1",
      "nce_official_n5_l1_m1", "nce_official_n4_l9_m1", "nce_official_n3_l4_m3", "nce_official_n2_l4_m1"}},
    {"optimiser",
     {"sgd_nesterov_wd", "adam_l2", "adamw", "adam_amsgrad", "rmsprop", "rmsprop_momentum",
      "rmsprop_centered", "schedule_multistep"}},
    {"svm", {"linear_ovr_squared_hinge_C0.01", "linear_ovr_squared_hinge_C1"}}};

bool waits(const std::string& name) {
  const std::size_t slash = name.find('/');
  const auto group = not_yet.find(name.substr(0, slash));
  return group != not_yet.end() && group->second.count(name.substr(slash + 1)) > 0;
}

}  // namespace

BOOST_AUTO_TEST_CASE(each_case_is_checked_or_named) {
  const std::map<std::string, Case> cases = read_index();
  long checked = 0, waiting = 0;
  std::string names;
  for (const auto& [name, test] : cases) {
    const bool claimed = checks().count(name) > 0;
    BOOST_TEST((claimed || waits(name)),
               "no test checks " << name << ": write one, or name it as not yet checked");
    BOOST_TEST(!(claimed && waits(name)), name << " is checked and yet named as not checked");
    checked += claimed;
    if (waits(name)) ++waiting, names += " " + name;
  }
  std::string missing;
  const auto require = [&](const std::string& name) {
    if (!cases.count(name)) missing += " " + name;
  };
  for (const auto& [name, check] : checks()) require(name);
  for (const auto& [group, members] : not_yet)
    for (const std::string& name : members) require(group + "/" + name);
  BOOST_TEST((missing.empty() || !is_default_set()), "not in the set:" << missing);
  BOOST_TEST_MESSAGE(checked << " cases checked, " << waiting << " not yet:" << names);
  if (!missing.empty()) BOOST_TEST_MESSAGE("not in this set:" << missing);
}

BOOST_AUTO_TEST_SUITE_END()
