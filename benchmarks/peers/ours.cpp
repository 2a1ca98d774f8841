// Our side of the comparison.
#include <memory>

#include "../steps/steps.hpp"
#include "serve.hpp"

int main() {
  benchmarks::serve([](const benchmarks::Request& request) {
    const std::shared_ptr<benchmarks::TimedStep> step =
        benchmarks::make_step(request.step, request.precision, request.batch, request.threads);
    return benchmarks::Chosen{[step] { step->run(); }, step->parameters()};
  });
}
