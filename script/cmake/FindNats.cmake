# FindNats: Debian's libnats-dev ships a CMake package that names files it does not have. Provides Nats::nats.
find_path(NATS_INCLUDE_DIR nats/nats.h)
find_library(NATS_LIBRARY nats)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Nats REQUIRED_VARS NATS_LIBRARY NATS_INCLUDE_DIR)
if(NATS_FOUND AND NOT TARGET Nats::nats)
  add_library(Nats::nats UNKNOWN IMPORTED)
  set_target_properties(Nats::nats PROPERTIES IMPORTED_LOCATION ${NATS_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${NATS_INCLUDE_DIR})
endif()
