#include "Otaru.h"

#include "otaru_platform.h"

namespace {

otaru_engine engine;
otaru_config config;
bool made = false;
bool has_task = false;           // beginTask() was called; only that task may poll
volatile bool end_task = false;  // stop() asks
volatile bool task_ended = false;

const void* volatile callback_task = nullptr;  // that is in a callback of the sketch

void (*start_callback)() = nullptr;
void (*progress_callback)(uint32_t written, uint32_t total) = nullptr;
void (*end_callback)() = nullptr;
void (*error_callback)(const char* code, const char* text) = nullptr;

otaru_engine* the_engine() {
  if (!made) otaru_engine_init(&engine, otaru_platform_port());
  made = true;
  return &engine;
}

/// The engine is at work under a callback: what would start, stop or poll it must not run there.
bool called_back() {
  if (callback_task == nullptr || callback_task != otaru_platform_this_task()) return false;
  const otaru_port* port = otaru_platform_port();
  port->log(port->context, "[Otaru] ignored: begin(), beginTask(), poll() and stop() are not for callbacks");
  return true;
}

void call_back(const otaru_news* news) {
  switch (news->event) {
    case OTARU_EVENT_START:
      if (start_callback != nullptr) start_callback();
      break;
    case OTARU_EVENT_PROGRESS:
      if (progress_callback != nullptr) progress_callback(news->written, news->total);
      break;
    case OTARU_EVENT_END:
      if (end_callback != nullptr) end_callback();
      break;
    case OTARU_EVENT_ERROR:
      if (error_callback != nullptr) error_callback(news->code, news->text);
      break;
    default: break;
  }
}

void happened(void*, const otaru_news* news) {
  callback_task = otaru_platform_this_task();
  call_back(news);
  callback_task = nullptr;
}

uint32_t work(void*) {
  if (end_task) {
    task_ended = true;
    return OTARU_TASK_ENDS;
  }
  return otaru_engine_poll(&engine);
}

uint32_t milliseconds(uint32_t seconds) {
  const uint32_t most = 0xFFFFFFFFu / 1000;
  return (seconds < most ? seconds : most) * 1000;
}

}  // namespace

OtaruClass Otaru;

void OtaruClass::setPassword(const char* password) {
  otaru_engine_set_password(the_engine(), password);
}

void OtaruClass::setKeys(const unsigned char (*keys)[64], size_t count) {
  otaru_engine_set_keys(the_engine(), keys, count);
}

void OtaruClass::setVersion(const char* version) {
  config.version = version;
}

void OtaruClass::setLayout(otaru_engine_layout layout) {
  config.layout = static_cast<uint8_t>(layout);
}

void OtaruClass::withoutMdns() {
  config.no_mdns = 1;
}

void OtaruClass::confirmByHand(uint32_t within_s) {
  config.confirm_by_hand = 1;
  config.confirm_within_ms = milliseconds(within_s);
}

void OtaruClass::confirmAfter(uint32_t seconds) {
  config.confirm_after_ms = milliseconds(seconds);
}

void OtaruClass::setTries(uint8_t tries) {
  config.tries = tries;
}

void OtaruClass::setWatchdog(uint32_t seconds) {
  config.no_watchdog = seconds == 0 ? 1 : 0;
  config.watchdog_ms = milliseconds(seconds);
}

void OtaruClass::onStart(void (*callback)()) {
  start_callback = callback;
}

void OtaruClass::onProgress(void (*callback)(uint32_t written, uint32_t total)) {
  progress_callback = callback;
}

void OtaruClass::onEnd(void (*callback)()) {
  end_callback = callback;
}

void OtaruClass::onError(void (*callback)(const char* code, const char* text)) {
  error_callback = callback;
}

bool OtaruClass::begin(const char* name, uint16_t port) {
  if (called_back()) return false;
  stop();
  config.name = name;
  config.port = port;
  config.marker = otaru_image_marker;
  config.on_event = happened;
  return otaru_engine_start(the_engine(), &config) == OTARU_STARTED;
}

bool OtaruClass::beginTask(const char* name, uint16_t port) {
  if (!begin(name, port)) return false;
  end_task = false;
  task_ended = false;
  has_task = otaru_platform_start_task(work, nullptr) == 0;
  if (!has_task) otaru_engine_stop(&engine);
  return has_task;
}

void OtaruClass::poll() {
  if (!made || has_task || called_back()) return;
  // A sketch whose loop() takes its time should not make an update slow; one that is quick is not held up.
  const uint32_t most_ms = 10;
  const otaru_port* port = otaru_platform_port();
  const uint32_t started_ms = port->millis(port->context);
  while (otaru_engine_poll(&engine) == 0) {
    if (port->millis(port->context) - started_ms >= most_ms) break;
  }
}

void OtaruClass::confirm() {
  if (made) otaru_engine_confirm(&engine);
}

void OtaruClass::reject() {
  if (made) otaru_engine_reject(&engine);
}

void OtaruClass::stop() {
  if (!made || called_back()) return;
  if (has_task) {
    end_task = true;
    while (!task_ended) otaru_platform_sleep(1);
    has_task = false;
  }
  otaru_engine_stop(&engine);
}

bool OtaruClass::onTrial() const {
  return made && otaru_engine_on_trial(&engine) == 1;
}

bool OtaruClass::listening() const {
  return made && otaru_engine_listening(&engine) == 1;
}

bool OtaruClass::updating() const {
  return made && otaru_engine_updating(&engine) == 1;
}

const char* OtaruClass::slot() const {
  const int slot = made ? otaru_engine_slot(&engine) : -1;
  return slot == 0 ? "OTA1" : slot == 1 ? "OTA2" : "";
}

const char* OtaruClass::version() const {
  return made ? otaru_engine_version(&engine) : "";
}
