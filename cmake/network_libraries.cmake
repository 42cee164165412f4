# The targets dh_grpc, dh_protobuf and dh_uv: shared libraries, or archives with DHVIEW_STATIC.
#
# gRPC is 60 libraries; finding and binding them takes longer than all else before the first
# request. The archives come with the same packages as the headers. OpenSSL, zlib and libc
# stay shared, so that their security updates reach a program that is already built; a new
# gRPC asks for a new build in any case, since its ABI changes with each release.
set(Protobuf_USE_STATIC_LIBS ${DHVIEW_STATIC})
find_package(Protobuf REQUIRED)
pkg_check_modules(GRPC REQUIRED IMPORTED_TARGET grpc)
pkg_check_modules(UV REQUIRED IMPORTED_TARGET libuv)
add_library(dh_grpc INTERFACE)
add_library(dh_protobuf INTERFACE)
add_library(dh_uv INTERFACE)
target_link_libraries(dh_protobuf INTERFACE protobuf::libprotobuf-lite)

if(NOT DHVIEW_STATIC)
    target_link_libraries(dh_grpc INTERFACE PkgConfig::GRPC)
    target_link_libraries(dh_uv INTERFACE PkgConfig::UV)
    return()
endif()

# dh_archive OUT NAME... - the path of the first of these archives that there is.
function(dh_archive out)
    list(TRANSFORM ARGN REPLACE "(.+)" "lib\\1.a" OUTPUT_VARIABLE files)
    find_library(DHVIEW_ARCHIVE_${ARGV1} NAMES ${files} REQUIRED)
    set(${out} ${DHVIEW_ARCHIVE_${ARGV1}} PARENT_SCOPE)
endfunction()

dh_archive(uv_archive uv_a uv)
target_link_libraries(dh_uv INTERFACE ${uv_archive} Threads::Threads ${CMAKE_DL_LIBS})

# pkg-config's list repeats names and does not always put users before what they use.
set(archives)
set(shared ssl crypto z)
set(names ${GRPC_STATIC_LIBRARIES})
list(REMOVE_DUPLICATES names)
list(REMOVE_ITEM names ${shared} dl rt pthread atomic)
foreach(name IN LISTS names)
    dh_archive(archive ${name})
    list(APPEND archives ${archive})
endforeach()
string(REPLACE ";" "," group "${archives}")
target_link_libraries(dh_grpc INTERFACE "$<LINK_GROUP:RESCAN,${group}>" ${shared}
                      Threads::Threads ${CMAKE_DL_LIBS})
add_link_options(-static-libstdc++ -static-libgcc)
