// What follows from one step of a case, beyond the step: the second response (IDR with the
// operations centre's answer), the detainer and what becomes of it (DET), and notices of change
// (CHG) to everybody who was told something that is no longer so. Pure; whoever appends the step
// appends these in the same batch.
//
//   status_found             IDR to the agency, where disclosure allows
//   a detainer begins        DET to the agency
//   a detainer ends          DET to the agency: withdrawn, expired, custody
//   is suspended, or not     DET to the agency: by a claim, a corrected record or a flag, unsaid
//   which citizen or lawful after  IDR with the correction, though the person is protected by now
//   another answer
//   a match was wrong,       CHG to the LESC; IDR with the correction to the agency that had
//   a record changed         been told
#pragma once

#include "actors/casework/case_settings.hpp"
#include "actors/notification_core.hpp"

namespace whorl::actors {

/// What the agency has been sent of the immigration side so far.
struct told_before {
  bool status = false;    ///< an IDR about the match
  bool detainer = false;  ///< a DET
};

struct step_occasion {
  const booking_accepted& accepted;
  const biographics& who;  ///< empty when purged
  const casework::case_view& before;
  const casework::case_view& after;
  const case_event& step;
  told_before told;
  const std::string& audit_head;
  const casework::case_settings& cases;
};

/// Messages and audit rows; no events. Ids are of the case and the number of the step.
notices plan_step_notices(const step_occasion& of);

/// The operations centre's answer in words, as an agency reads it.
std::string_view status_words(std::string_view status);

}  // namespace whorl::actors
