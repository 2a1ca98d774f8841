// The training steps that are timed, by name.
#pragma once
#include <memory>
#include <string>
#include <vector>

namespace benchmarks {

/// A trainer with images to train on.
class TimedStep {
 public:
  virtual ~TimedStep() = default;
  /// Makes one step: forward, losses, backward, Adam.
  virtual void run() = 0;
  /// Floating-point operations of the products in a step, as a plain program does them: a multiply-add is two,
  /// and the adversary's, some hundredths of all, aren't counted.
  virtual double operations() const = 0;
  /// How many parameters it trains, the adversary's too.
  virtual long parameters() const = 0;
};

/// encoder, local_dot_512, local_dot_2048, both once more with HeadForm::direct, local_concat, global_concat: the
/// encoder is basic32x32, the estimator JSD, the prior uniform (none for `encoder`, whose code is given a gradient).
extern const std::vector<std::string> step_names;

/// The precisions of products that there are: f32 and bf16.
extern const std::vector<std::string> precisions;

/// The step of that name, at its beginning. Throws Error where there is none.
std::unique_ptr<TimedStep> make_step(const std::string& name, const std::string& precision, int batch,
                                     int threads);

}  // namespace benchmarks
