"""The mutants: small mistakes in commit, trial and roll back that the power-cut proof must find.

Each is (name, file below core/include/otaru, old text, new text, scenarios to sweep). The old text must stand in the
file exactly once, or the list is out of date and the script says so.

Not here, because two safeguards stand behind each other and the loss of one does no harm that can be seen: the check
values of record and Backup (the image's SHA-256 and the order of programs say the same), the writing mark's silencing
of the record, the tries that reject() uses up before it marks the rejection, and whether Backup or OTA1 is cleared
first at the end of a roll back (the next start clears OTA1, too).
"""

TRIAL = "update/trial.hpp"
UPDATE = "update/update.hpp"
WRITER = "update/slot_writer.hpp"
STATE = "update/slot_state.hpp"
CHECK = "update/slot_check.hpp"
BACKUP = "update/backup.hpp"
SIGNATURE = "update/signature.hpp"


def guarded(call):
    return f"    if (const Status status = {call}; status != Status::ok) return status;\n"


MUTANTS = [
    # Commit.
    ("commit sets the signature before the record", UPDATE,
     """    if (const Status status = write_record(part_, library_, slot(), record); status != Status::ok)
      return status;
    if (const Status status = set_signature(part_, slot()); status != Status::ok) return status;
""",
     """    if (const Status status = set_signature(part_, slot()); status != Status::ok) return status;
    if (const Status status = write_record(part_, library_, slot(), record); status != Status::ok)
      return status;
""", "-good"),
    ("commit clears OTA2 before OTA1 has its signature", UPDATE,
     """    if (const Status status = set_signature(part_, slot()); status != Status::ok) return status;
    if (target_ == flash::SlotId::ota1) {
      if (const Status status = clear_signature(part_, layout_.ota2); status != Status::ok) return status;
    }
""",
     """    if (target_ == flash::SlotId::ota1) {
      if (const Status status = clear_signature(part_, layout_.ota2); status != Status::ok) return status;
    }
    if (const Status status = set_signature(part_, slot()); status != Status::ok) return status;
""", "-good"),
    ("commit writes no record", UPDATE,
     """    if (const Status status = write_record(part_, library_, slot(), record); status != Status::ok)
      return status;
    if (const Status status = set_signature""",
     """    (void)record;
    if (const Status status = set_signature""", "-good"),
    ("commit leaves OTA2 alone", UPDATE,
     """    if (target_ == flash::SlotId::ota1) {
      if (const Status status = clear_signature""",
     """    if (false) {
      if (const Status status = clear_signature""", "-good"),
    ("the record forgets the rejected image of before", UPDATE,
     "    rejected_ = before->rejected;\n", "    rejected_ = Record::none();\n", "-again"),
    ("a rejected image is taken again", UPDATE,
     "    if (sha256_ == rejected_ && !request_.force) return Status::rejected_before;\n", "", "-again"),
    ("the image's byte sum is not looked at", UPDATE,
     "    if (verifier_->sum() != request_.sum) return Status::image_sum;\n", "", "-refused-sum"),
    ("the seal is not judged", UPDATE,
     "    if (trust_.sealed_only()) {\n      if (const Status status = judge_own_seal()",
     "    if (false) {\n      if (const Status status = judge_own_seal()", "-unsealed"),
    ("a push is taken while an image is on trial", UPDATE,
     "    if (trial_.on_trial()) return Status::trial_pending;\n", "", "-good"),
    # Writing.
    ("the image's signature is not kept back", WRITER,
     "    if (page == slot_.offset) {\n", "    if (false) {\n", "-good"),
    ("begin leaves the old signature", WRITER,
     "    if (!is_blank(found)) {\n", "    if (false) {\n", "-good"),
    ("begin marks nothing: the old record goes on speaking", WRITER,
     "    return mark_writing(part_, slot_);\n", "    return Status::ok;\n", "-memory"),
    ("the record sector is not erased before the record", WRITER,
     "    return part_.erase_sector(slot_.record());\n", "    return Status::ok;\n", "-good"),
    ("the record sector is erased at begin, and forgets a rejection", WRITER,
     "    return mark_writing(part_, slot_);\n",
     "    if (const Status s = part_.erase_sector(slot_.record()); s != Status::ok) return s;\n"
     "    return mark_writing(part_, slot_);\n", "-memory"),
    ("blank sectors are believed after an interrupted update", WRITER,
     "    if (history_ == SlotHistory::interrupted) return false;\n", "", "-half"),
    ("what lies behind a shorter image is not erased after an interrupted update", WRITER,
     "    return history_ == SlotHistory::clean || (complete() && erased_until_ >= slot_.record());\n",
     "    return true;\n", "-short-then-long"),
    # Marks.
    ("the writing mark does not tell of an interrupted update", STATE,
     "  if (!is_blank(writing)) return SlotHistory::interrupted;\n", "", "-half"),
    ("confirm() says ok and marks nothing", STATE,
     "  return program_checked(part, slot.record() + kConfirmedOffset, kConfirmedMark);\n",
     "  return part.size() > slot.offset ? Status::ok : Status::out_of_range;\n", "-good"),
    ("an image on trial counts as confirmed", STATE,
     "  if (mark == kConfirmedMark) found.state = TrialState::confirmed;\n",
     "  found.state = TrialState::confirmed;\n", "-bad"),
    ("the rejected mark is not read", STATE,
     "  if (rejected) found.state = TrialState::rejected;\n", "", "-bad"),
    ("tries are not added up", STATE,
     "    if (!is_blank(mark)) found.tries = i + 1;\n",
     "    if (!is_blank(mark)) found.tries = 1;\n", "-bad"),
    # Start.
    ("a cut commit is not finished", TRIAL,
     "    if (other_.state != TrialState::pending || other_.tries > 0 ||",
     "    if (true || other_.state != TrialState::pending || other_.tries > 0 ||", "-good"),
    ("a cut commit is finished without a signature", TRIAL,
     "    if (set_signature(part_, slot(other)) != Status::ok) return Started::normal;\n", "", "-good"),
    ("a flickering signature is not settled at the first start", TRIAL,
     guarded("set_signature(part_, slot(running_))"), "", "-good"),
    ("one try more than allowed", TRIAL,
     "    if (own_.tries >= tries_allowed_) return roll_back();\n",
     "    if (own_.tries > tries_allowed_) return roll_back();\n", "-bad"),
    ("tries are not marked", TRIAL,
     "    if (const Status status = mark_try(part_, slot(running_), own_.tries); status != Status::ok)\n"
     "      return status;\n    ++own_.tries;\n    return",
     "    ++own_.tries;\n    return", "-bad"),
    ("a confirmation that flickers is not settled", TRIAL,
     "    if (own_.state == TrialState::confirmed) {\n", "    if (false) {\n", "-good"),
    ("a rejected image may be kept by the next start", TRIAL,
     "    if (own_.state == TrialState::rejected) return roll_back();\n", "", "-rejecting"),
    # Roll back.
    ("roll back to OTA1 does not mark the rejection", TRIAL,
     guarded("mark_rejected(part_, layout_.ota2)"), "", "-bad"),
    ("roll back to OTA1 leaves OTA2's signature", TRIAL,
     guarded("mark_rejected(part_, layout_.ota2)") + guarded("clear_signature(part_, layout_.ota2)"),
     guarded("mark_rejected(part_, layout_.ota2)"), "-bad"),
    ("roll back to OTA2 rejects OTA1 only when all is done", TRIAL,
     guarded("mark_rejected(part_, layout_.ota1)") + "    if (const Status status = *saved",
     "    if (const Status status = *saved", "-rejecting"),
    ("roll back to OTA2 erases before Backup has a copy", TRIAL,
     "    if (const Status status = *saved ? backup().settle() : backup().save(); status != Status::ok)\n"
     "      return status;\n" + guarded("backup().restore()"),
     guarded("part_.erase_sector(ota2.offset)") + guarded("backup().save()") + guarded("backup().restore()"), "-bad"),
    ("a valid Backup is saved over, though OTA2's sector may be gone", TRIAL,
     "*saved ? backup().settle() : backup().save()", "backup().save()", "-bad"),
    ("roll back to OTA2 clears OTA1 before OTA2 boots", TRIAL,
     guarded("set_signature(part_, ota2)") + guarded("finish_roll_back()"),
     guarded("finish_roll_back()") + guarded("set_signature(part_, ota2)"), "-bad"),
    ("an unfinished roll back is taken for an earlier life's", TRIAL,
     "    if (running_ == flash::SlotId::ota1 && own_.state == TrialState::rejected) return roll_back();\n", "", "-bad"),
    ("OTA2's signature is not settled after a cut roll back", TRIAL,
     guarded("set_signature(part_, layout_.ota2)").replace("    if", "      if", 1), "", "-bad"),
    # Backup.
    ("Backup's header comes before its copy", BACKUP,
     """    if (const Status status = copy_sector(layout_.ota2.offset, layout_.backup.offset); status != Status::ok)
      return status;
    return settle();
""",
     """    constexpr Header kEarly{std::byte{2}, std::byte{'O'}, std::byte{'T'}, std::byte{'B'}};
    if (const Status status = part_.program(layout_.backup.offset, kEarly); status != Status::ok) return status;
    return copy_sector(layout_.ota2.offset, layout_.backup.offset);
""", "-bad"),
    ("Backup is not erased before it is used again", BACKUP,
     guarded("part_.erase_sector(layout_.backup.offset)"), "", "-bad"),
    ("OTA2's first sector is not erased before it is restored", BACKUP,
     guarded("part_.erase_sector(layout_.ota2.offset)"), "", "-bad"),
    ("a half set signature stays while OTA2's first sector is restored", BACKUP,
     guarded("clear_signature(part_, layout_.ota2)"), "", "ota1-rolled -bad"),
    # Signature.
    ("a signature is cleared only where it stands whole", SIGNATURE,
     "  constexpr std::array<std::byte, 4> kZeros{};\n",
     "  if (holds(part, slot.offset, image::kImage2Signature) != Status::ok) return Status::ok;\n"
     "  constexpr std::array<std::byte, 4> kZeros{};\n", "-bad"),
]
