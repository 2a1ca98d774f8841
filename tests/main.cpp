// The one source that contains Boost.Test's main; the tests of every folder link it.
#define BOOST_TEST_MODULE dim
#include <boost/test/unit_test.hpp>
