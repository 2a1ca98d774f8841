# Installs the headers and the files by which find_package(dim) and pkg-config find them.

include(CMakePackageConfigHelpers)
# Under share/, since nothing here depends on the machine.
set(dim_package_folder ${CMAKE_INSTALL_DATADIR}/cmake/dim)

install(DIRECTORY include/dim DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

install(TARGETS dim EXPORT dimTargets)
install(EXPORT dimTargets NAMESPACE dim:: DESTINATION ${dim_package_folder})
configure_package_config_file(cmake/dimConfig.cmake.in dimConfig.cmake
                              INSTALL_DESTINATION ${dim_package_folder})
write_basic_package_version_file(dimConfigVersion.cmake COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES ${PROJECT_BINARY_DIR}/dimConfig.cmake ${PROJECT_BINARY_DIR}/dimConfigVersion.cmake
        DESTINATION ${dim_package_folder})

configure_file(cmake/dim.pc.in dim.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/dim.pc DESTINATION ${CMAKE_INSTALL_DATADIR}/pkgconfig)
