// Internal to wire: parts that several messages share, in wire_parts.cpp. The functions stand in
// the schemas' namespace so that the templates of wire_frame.hpp and wire_fields.hpp find them by
// their arguments. read() throws refusal or kj::Exception, see wire_frame.hpp. Owner: wire*.cpp
// only.
#pragma once

#include "messages/schema/common.capnp.h"
#include "messages/schema/search.capnp.h"
#include "messages/wire_fields.hpp"

namespace whorl::schema {

void write(SealedPayload::Builder to, const sealed_payload& from);
void read(SealedPayload::Reader from, sealed_payload& to);

void write(ProbePrint::Builder to, const probe_print& from);
void read(ProbePrint::Reader from, probe_print& to);
void write(Prints::Builder to, const std::vector<probe_print>& from);
void read(Prints::Reader from, std::vector<probe_print>& to);

void write(Biographics::Builder to, const biographics& from);
void read(Biographics::Reader from, biographics& to);

void write(CoverageEntry::Builder to, const coverage_entry& from);
void read(CoverageEntry::Reader from, coverage_entry& to);

void write(ScoredCandidate::Builder to, const scored_candidate& from);
void read(ScoredCandidate::Reader from, scored_candidate& to);

GalleryKind to_wire(gallery_kind kind);
gallery_kind from_wire(GalleryKind kind);

}  // namespace whorl::schema
