#include "../../examples/dim/run/schedules.hpp"

#include <boost/test/unit_test.hpp>

#include "../io/temporary.hpp"

BOOST_AUTO_TEST_SUITE(schedules)

using namespace program;

BOOST_AUTO_TEST_CASE(each_has_one_text) {
  for (const auto& [given, one] : {std::pair{"constant", "constant"},
                                   {"cosine", "cosine"},
                                   {"cosine:warm-up=0", "cosine"},
                                   {"cosine:warm-up=0.50", "cosine:warm-up=0.5"},
                                   {"steps:50,100", "steps:50,100"},
                                   {"steps:3,factor=0.1", "steps:3"},
                                   {"steps:factor=0.25,3,7", "steps:3,7,factor=0.25"},
                                   {"plateau", "plateau"},
                                   {"plateau:factor=0.5,patience=5,least=0.001", "plateau"},
                                   {"plateau:factor=0.1,patience=0", "plateau:patience=0,factor=0.1"}}) {
    BOOST_TEST(text_of(schedule_of(given)) == one);
    BOOST_TEST(text_of(schedule_of(one)) == one);
  }
  const auto plateau =
      std::get<dim::PlateauSchedule>(schedule_of("plateau:patience=2,factor=0.25,least=0.125"));
  BOOST_TEST(plateau.patience == 2);
  BOOST_TEST(plateau.factor == 0.25);
  BOOST_TEST(plateau.least == 0.125);
  BOOST_TEST(std::get<dim::CosineSchedule>(schedule_of("cosine:warm-up=1.5")).warm_up == 1.5);
  const auto steps = std::get<dim::StepSchedule>(schedule_of("steps:3,7,factor=0.25"));
  BOOST_TEST((steps.milestones == std::vector<long>{3, 7}));
  BOOST_TEST(steps.factor == 0.25);
}

BOOST_AUTO_TEST_CASE(others_are_refused) {
  for (const auto& [text, why] : {std::pair{"", "it is not known; choose constant, cosine, steps or plateau"},
                                  {"cosin", "it is not known"},
                                  {"constant:1", "constant has no options"},
                                  {"cosine:", "'' is not an option of cosine; it has warm-up=EPOCHS"},
                                  {"cosine:warmup=1", "'warmup=1' is not an option of cosine"},
                                  {"cosine:warm-up=", "'' is not a number for warm-up"},
                                  {"cosine:warm-up=1x", "'1x' is not a number for warm-up"},
                                  {"cosine:warm-up=-1", "a warm-up of -1 epochs"},
                                  {"cosine:warm-up=nan", "a warm-up of nan epochs"},
                                  {"constant:", "constant has no options; leave out what follows it"},
                                  {"steps", "steps has no epochs; give some, as in steps:50,100"},
                                  {"steps:factor=0.1", "steps has no epochs"},
                                  {"steps:1.5", "'1.5' is not a whole number"},
                                  {"steps:3,,4", "'' is not a whole number"},
                                  {"steps:0", "a rate that falls in epoch 0"},
                                  {"steps:3,factor=0", "a rate can't fall to 0"},
                                  {"steps:3,by=2", "'by=2' is not an option of steps"},
                                  {"steps:3,factor=0.1,factor=0.2", "factor is given twice; give it once"},
                                  {"plateau:5", "'5' is not an option of plateau"},
                                  {"plateau:patience=0.5", "'0.5' is not a whole number for patience"},
                                  {"plateau:patience=-1", "a patience of -1 epochs"}}) {
    const std::string said = error_of([text = text] { schedule_of(text); });
    BOOST_TEST(said.rfind("the schedule '" + std::string(text) + "': " + why, 0) == 0, said);
  }
}

BOOST_AUTO_TEST_SUITE_END()
