#include "dim/data/augmented.hpp"

#include <dim/data/augmentations/any.hpp>
#include <dim/data/images.hpp>

#include "canvas.hpp"

BOOST_AUTO_TEST_SUITE(augmented)

using namespace dim;

Images noise(Shape shape, long count = 3) {
  std::vector<std::uint8_t> bytes;
  for (long i = 0; i < count * shape.size(); ++i) bytes.push_back(std::uint8_t(i * i * 31 % 251));
  return Images(std::move(bytes), count, shape, Strides::planes(shape));
}

/// The view of image 1 in an epoch, by a data set that draws views.
template <class T = float, class Data>
std::vector<T> view_of(const Data& data, std::uint64_t epoch, int view = 0) {
  const Shape shape = data.shape();
  std::vector<T> values(
      std::size_t((shape.height + 2) * (shape.width + 2) * shape.channels));  // with a border of 1
  const Batch<T> to{values.data(), 1, shape, 1};
  copy_view(data, 1, to, 0, Draw(5, epoch, 1, view));
  return values;
}

static_assert(AugmentedDataset<Augmented<Images, RandomCrop>>);
static_assert(LabelledDataset<Augmented<Images, RandomCrop>>);

BOOST_AUTO_TEST_CASE(views_differ_by_epoch_and_view_and_can_be_drawn_again) {
  const Augmented data(noise({3, 8, 8}), RandomCrop{}, HorizontalFlip{}, ColourJitter{}, Occlusion{});
  BOOST_TEST(data.size() == 3);
  BOOST_TEST((view_of(data, 0) == view_of(data, 0)));
  BOOST_TEST((view_of(data, 0) != view_of(data, 1)));
  BOOST_TEST((view_of(data, 0) != view_of(data, 0, 1)));
  const std::vector<double> doubles = view_of<double>(data, 0);
  const std::vector<float> floats = view_of(data, 0);
  BOOST_TEST((std::vector<double>(floats.begin(), floats.end()) == doubles));
}

BOOST_AUTO_TEST_CASE(no_augmentation_gives_the_image) {
  for (const Shape shape : {Shape{3, 8, 8}, Shape{3, 70, 70}}) {  // on the stack, and too large for it
    const Images images = noise(shape);
    const std::vector<float> image = view_of(images, 0);
    BOOST_TEST((view_of(Augmented(images), 0) == image));
    BOOST_TEST(
        (view_of(Augmented(images, RandomCrop{.padding = 0}, HorizontalFlip{.chance = 0}), 0) == image));
    std::vector<float> unchanged(image.size());
    Augmented(images, HorizontalFlip{.chance = 1}).copy(1, Batch<float>{unchanged.data(), 1, shape, 1}, 0);
    BOOST_TEST((unchanged == image));
  }
}

// Each augmentation has numbers of its own: were they shared, a flip would go with one half of the grayscales.
BOOST_AUTO_TEST_CASE(augmentations_are_independent) {
  const Images images = noise({3, 8, 8});
  const Augmented both(images, HorizontalFlip{}, Grayscale{.chance = 0.5F});
  const Augmented flip(images, HorizontalFlip{});
  int flipped_gray = 0, flipped_coloured = 0;
  for (std::uint64_t epoch = 0; epoch < 400; ++epoch) {
    const bool is_flipped = view_of(flip, epoch) != view_of(images, epoch);
    const bool is_gray = view_of(both, epoch) != view_of(flip, epoch);
    flipped_gray += is_flipped && is_gray;
    flipped_coloured += is_flipped && !is_gray;
  }
  BOOST_TEST(std::abs(flipped_gray - 100) < 50);
  BOOST_TEST(std::abs(flipped_coloured - 100) < 50);
}

BOOST_AUTO_TEST_CASE(a_list_made_at_run_time_draws_the_same) {
  const Images images = noise({3, 8, 8});
  const Augmented types(images, RandomCrop{}, RandomResizedCrop{}, HorizontalFlip{}, ColourJitter{},
                        Grayscale{}, GaussianBlur{}, Occlusion{});
  AnyAugmentations any;
  any.choices = {RandomCrop{}, RandomResizedCrop{}, HorizontalFlip{}, ColourJitter{},
                 Grayscale{},  GaussianBlur{},      Occlusion{}};
  const Augmented list(images, any);
  for (std::uint64_t epoch = 0; epoch < 50; ++epoch)
    BOOST_TEST((view_of(types, epoch) == view_of(list, epoch)));
}

BOOST_AUTO_TEST_CASE(options_are_checked_for_the_images) {
  const std::string said = error_of([] {
    Augmented(noise({3, 8, 8}), HorizontalFlip{}, RandomCrop{.padding = 8});
  });
  BOOST_TEST(said.find("can't move images of 3x8x8") != said.npos, said);
  AnyAugmentations any;
  any.choices = {RandomCrop{.padding = 8}};
  BOOST_CHECK_THROW(Augmented(noise({3, 8, 8}), any), Error);
}

BOOST_AUTO_TEST_SUITE_END()
