// What of the C library Swift's Glibc module does not show.
#pragma once

#include <malloc.h>
