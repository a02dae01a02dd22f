// The other end of a connection: lwIP's own, driven by callbacks.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include <lwip/tcp.h>

#include "wire.hpp"

namespace otaru::firmware {

class Sender {
 public:
  /// Begins to connect.
  explicit Sender(const Wire& wire, std::uint16_t port) {
    pcb_ = tcp_new();
    tcp_arg(pcb_, this);
    tcp_err(pcb_, [](void* self, err_t) {
      of(self).pcb_ = nullptr;
      of(self).reset = true;
    });
    tcp_recv(pcb_, on_received);
    tcp_sent(pcb_, [](void* self, tcp_pcb*, u16_t) {
      of(self).send_more();
      return err_t{ERR_OK};
    });
    tcp_connect(pcb_, netif_ip4_addr(&wire.board), port, [](void* self, tcp_pcb*, err_t) {
      of(self).connected = true;
      of(self).send_more();
      return err_t{ERR_OK};
    });
  }
  ~Sender() {
    if (pcb_ != nullptr) abort();
  }
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  /// Goes out as the window allows.
  void send(std::string_view bytes) {
    to_send.append(bytes);
    send_more();
  }
  /// A FIN, and reads on. Everything must have been sent.
  void finish() {
    tcp_shutdown(pcb_, 0, 1);
    shut_ = true;
    let_go_if_over();
  }
  /// A reset.
  void abort() {
    tcp_err(pcb_, nullptr);
    tcp_abort(pcb_);
    pcb_ = nullptr;
  }
  /// Reads again what waited while `reads` was false.
  void read_on() {
    reads = true;
    tcp_recved(pcb_, unread_);
    unread_ = 0;
  }
  std::uint16_t port() const { return pcb_->local_port; }

  std::string to_send;   ///< not given to lwIP yet
  std::string received;  ///< including what was not read_on() yet
  bool connected = false;
  bool finished = false;  ///< the board sent a FIN
  bool reset = false;
  bool reads = true;

 private:
  static Sender& of(void* self) { return *static_cast<Sender*>(self); }

  static err_t on_received(void* self, tcp_pcb* pcb, pbuf* data, err_t) {
    Sender& me = of(self);
    if (data == nullptr) {
      me.finished = true;
      me.let_go_if_over();
      return ERR_OK;
    }
    const std::size_t before = me.received.size();
    me.received.resize(before + data->tot_len);
    pbuf_copy_partial(data, me.received.data() + before, data->tot_len, 0);
    if (me.reads)
      tcp_recved(pcb, data->tot_len);
    else
      me.unread_ = static_cast<std::uint16_t>(me.unread_ + data->tot_len);
    pbuf_free(data);
    return ERR_OK;
  }

  /// Closed both ways: lwIP frees the pcb when it likes.
  void let_go_if_over() {
    if (!shut_ || !finished || pcb_ == nullptr) return;
    tcp_arg(pcb_, nullptr);
    tcp_recv(pcb_, nullptr);
    tcp_sent(pcb_, nullptr);
    tcp_err(pcb_, nullptr);
    pcb_ = nullptr;
  }

  void send_more() {
    if (!connected || pcb_ == nullptr) return;
    const auto some = static_cast<u16_t>(std::min<std::size_t>(to_send.size(), tcp_sndbuf(pcb_)));
    if (some != 0 && tcp_write(pcb_, to_send.data(), some, TCP_WRITE_FLAG_COPY) == ERR_OK)
      to_send.erase(0, some);
    tcp_output(pcb_);
  }

  tcp_pcb* pcb_ = nullptr;
  std::uint16_t unread_ = 0;
  bool shut_ = false;
};

}  // namespace otaru::firmware
