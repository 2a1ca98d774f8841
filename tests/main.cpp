// The one unit that brings in Boost.Test's main; the tests of every folder link it.
#define BOOST_TEST_MODULE dim
#include <boost/test/unit_test.hpp>
