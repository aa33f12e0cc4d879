// The one file with Boost.Beast: slow to compile.
#include "apps/http/connection.hpp"

#include <algorithm>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <utility>

#include "apps/http/beast_messages.hpp"
#include "apps/http/tls_stream.hpp"
#include "apps/pki/names.hpp"

namespace whorl::apps::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bh = boost::beast::http;
using tcp = asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;
using clock = std::chrono::steady_clock;

constexpr std::size_t read_piece = 4096;

class tls_connection final : public connection,
                             public std::enable_shared_from_this<tls_connection> {
 public:
  tls_connection(tcp::socket socket, asio::ssl::context& tls, std::string address,
                 std::shared_ptr<shared_state> state)
      : state_(std::move(state)), counted_(state_->connections), stream_(std::move(socket), tls) {
    peer_.address = std::move(address);
  }
  ~tls_connection() override {
    {
      const std::scoped_lock lock(state_->mutex);
      state_->open.erase(this);
    }
    if (stranger_) state_->strangers.leave(*stranger_);
    if (answering_) state_->requests -= 1;
  }

  void run(stranger_list::ticket entered) override {
    stranger_ = entered;
    {
      const std::scoped_lock lock(state_->mutex);
      state_->open.insert(this);
    }
    asio::dispatch(stream_.get_executor(), [self = shared_from_this()] { self->handshake(); });
  }
  void close_when_idle() override {
    asio::post(stream_.get_executor(), [self = shared_from_this()] {
      if (!self->answering_) self->close();
    });
  }
  void close_now() override {
    asio::post(stream_.get_executor(), [self = shared_from_this()] { self->close(); });
  }
  std::shared_ptr<connection> held() override { return weak_from_this().lock(); }

 private:
  void expire(std::int64_t after_ms) { stream_.expires_after(after_ms, weak_from_this()); }
  void close() {
    stream_.close();
    pause_.cancel();
  }

  void handshake() {
    if (state_->draining) return close();
    expire(state_->settings.handshake_ms / (state_->strangers.crowded() ? 5 : 1));
    stream_.async_handshake([self = shared_from_this()](const error_code& failed, std::size_t) {
      if (failed) return self->close();
      if (!self->meet()) return self->close();
      self->wait();
    });
  }

  /// False when there is no room for one more with its certificate.
  bool meet() {
    const X509* const shown = stream_.certificate();
    if (shown == nullptr) return true;
    peer_.name = pki::common_name_of(shown);
    peer_.serial = pki::serial_text(X509_get0_serialNumber(shown));
    peer_.expires_at_s = pki::expiry_of(shown);
    peer_.fault = stream_.fault();
    if (peer_.fault.empty() && (peer_.name.empty() || peer_.serial.empty()))
      peer_.fault = "no single common name, or a serial number that is none of ours";
    if (!peer_.fault.empty()) return true;
    // Asked again at each request; but one that is revoked already must not hold a known one's
    // room.
    if (!state_->hooks.is_known(peer_)) return true;
    if (!among_.take(state_->certified, peer_.serial)) return false;
    state_->strangers.leave(*std::exchange(stranger_, std::nullopt));
    return true;
  }

  /// Idle, until the first byte of a request. Meanwhile it holds no memory for one.
  void wait() {
    if (state_->draining) return close();
    if (buffer_.size() > 0) return begin();
    expire(stranger_ ? state_->settings.stranger_idle_ms : state_->settings.idle_ms);
    if (watching_) return;
    buffer_.shrink_to_fit();
    stream_.async_wait_readable([self = shared_from_this()](const error_code& failed, std::size_t) {
      if (failed) return self->close();
      self->read_first();
    });
  }

  void read_first() {
    stream_.async_read_some(buffer_.prepare(read_piece),
                            [self = shared_from_this()](const error_code& failed, std::size_t n) {
                              if (failed) return self->close();
                              self->buffer_.commit(n);
                              self->begin();
                            });
  }

  void begin() {
    answering_ = true;
    state_->requests += 1;
    head_bytes_ = 0;
    parser_.emplace();
    parser_->header_limit(limits::http_head_bytes_max);
    parser_->body_limit(limits::transaction_bytes_max);
    const server_settings& s = state_->settings;
    const auto most = stranger_ ? std::min(s.stranger_idle_ms, s.request_ms) : s.request_ms;
    begun_ = clock::now();
    whole_until_ = begun_ + milliseconds(most);
    expire(most);
    read_head();
  }

  /// Not Beast's async_read_header: that compares its limit with what is left over of one piece, so
  /// that a head cut at the right places has none.
  void read_head() {
    error_code failed;
    const std::size_t used = parser_->put(buffer_.data(), failed);
    buffer_.consume(used);
    head_bytes_ += used;
    if (failed == bh::error::need_more) failed = {};
    const bool done = parser_->is_header_done();
    if (!failed && head_bytes_ + (done ? 0 : buffer_.size()) > limits::http_head_bytes_max)
      failed = bh::error::header_limit;
    if (failed) return refuse_malformed(failed);
    if (done) return on_head();
    stream_.async_read_some(buffer_.prepare(read_piece),
                            [self = shared_from_this()](const error_code& cut, std::size_t n) {
                              if (cut) return self->close();
                              self->buffer_.commit(n);
                              self->read_head();
                            });
  }

  void on_head() {
    const auto& head = parser_->get();
    keep_ = head.keep_alive();
    headless_ = head.method() == bh::verb::head;
    whole_ = request_of(head, peer_);
    const auto length = parser_->content_length();
    const bool body = parser_->chunked() || length.value_or(0) > 0;
    if (auto refusal = unspoken(head, length && !parser_->chunked(), body))
      return refuse_unheard(*std::move(refusal));
    auto admitted = state_->hooks.admit(whole_, length.value_or(0));
    if (auto& refusal = admitted.refusal)
      return body || refusal->status == 401 ? refuse(*std::move(refusal))
                                            : send(*std::move(refusal));
    sender_ = admitted.sender.empty() ? network_of(peer_.address) : std::move(admitted.sender);
    if (!body) return handle();
    if (!share_.take(state_->bodies, sender_, std::max(admitted.memory, *length)))
      return refuse_unheard(
          problem(503, "overloaded", "too many bodies are being received: send it again"));
    begun_ = clock::now();
    if (beast::iequals(head[bh::field::expect], "100-continue")) return go_on();
    read_body();
  }

  void go_on() {
    interim_ = std::make_shared<bh::response<bh::empty_body>>(bh::status::continue_, 11);
    bh::async_write(stream_, *interim_,
                    [self = shared_from_this()](const error_code& failed, std::size_t) {
                      if (failed) return self->close();
                      self->read_body();
                    });
  }

  /// Piece by piece, each of them by when so much must have come.
  void read_body() {
    if (parser_->is_done()) {
      const std::string& text = parser_->get().body();
      const auto* from = reinterpret_cast<const std::byte*>(text.data());
      whole_.body.assign(from, from + text.size());
      return handle();
    }
    const server_settings& s = state_->settings;
    const auto left = parser_->content_length_remaining();
    const std::uint64_t come = left ? parser_->content_length().value_or(0) - *left : 0;
    const auto due =
        begun_ + milliseconds(s.body_grace_ms) +
        milliseconds(come * 1000 / std::max<std::uint64_t>(s.body_bytes_per_second, 1));
    expire(std::chrono::duration_cast<milliseconds>(std::min(due, whole_until_) - clock::now())
               .count());
    bh::async_read_some(stream_, buffer_, *parser_,
                        [self = shared_from_this()](const error_code& failed, std::size_t) {
                          if (failed) return self->refuse_malformed(failed);
                          self->read_body();
                        });
  }

  void handle() {
    parser_.reset();
    stream_.expires_never();  // the node has its own deadlines
    if (stranger_) state_->strangers.answering(*stranger_, true);
    {
      const std::scoped_lock lock(state_->mutex);
      state_->asked.insert(shared_from_this());
    }
    try {
      ask_hooks();
    } catch (const std::exception&) {  // memory that is not there: this request's misfortune alone
      reply(problem(500, "internal", "the request could not be worked on"));
    }
  }

  void ask_hooks() {
    state_->hooks.handle(std::move(whole_), [state = state_, asked = weak_from_this()](response r) {
      // Declared before the lock: its destructor, when this is the last to hold it, takes it too.
      std::shared_ptr<tls_connection> self;
      const std::scoped_lock lock(state->mutex);
      if (state->stopped) return;
      self = asked.lock();
      if (self == nullptr) return;
      asio::post(self->stream_.get_executor(),
                 [self, r = std::move(r)]() mutable { self->reply(std::move(r)); });
    });
  }

  void reply(response out) {
    {
      const std::scoped_lock lock(state_->mutex);
      state_->asked.erase(shared_from_this());
    }
    if (out.status == 401) keep_ = false;
    send(std::move(out));
  }

  /// What cannot be read as a request: answered where the sender may still listen.
  void refuse_malformed(const error_code& failed) {
    // Whatever is not the parser's is the end of the connection.
    if (failed == bh::error::end_of_stream ||
        failed.category() != bh::make_error_code(bh::error::end_of_stream).category())
      return close();
    refuse_unheard(malformed(failed));
  }

  /// Counted where nobody who counts has seen it.
  void refuse_unheard(response out) {
    state_->hooks.malformed(out.status);
    refuse(std::move(out));
  }

  /// Answers and ends the connection: what follows in it was not read.
  void refuse(response out) {
    keep_ = false;
    send(std::move(out));
  }

  void send(response out) {
    share_.give_back();
    keep_ = keep_ && !state_->draining;
    if (out.more && !headless_) return begin_stream(std::move(out));
    const auto message = message_of(std::move(out), keep_, headless_);
    expire(state_->settings.write_ms);
    bh::async_write(stream_, *message,
                    [self = shared_from_this(), message](const error_code& failed, std::size_t) {
                      self->answered(!failed);
                    });
  }

  /// A response whose end is not known yet, in chunks.
  void begin_stream(response out) {
    stream_out_ = std::make_shared<growing_response>(out, keep_);
    if (!stream_out_->among.take(state_->streams, sender_)) {
      stream_out_.reset();
      return send(problem(503, "overloaded", "too many bookings are followed: ask for its state"));
    }
    watch();
    expire(state_->settings.write_ms);
    bh::async_write_header(stream_, stream_out_->serializer,
                           [self = shared_from_this(), text = std::move(out.body)](
                               const error_code& failed, std::size_t) mutable {
                             if (failed) return self->end_stream(false);
                             self->write_chunk(std::move(text));
                           });
  }

  /// While a response grows its client may go, which is noticed at once, or send its next request.
  void watch() {
    if (watching_ || buffer_.size() > 0) return;
    watching_ = true;
    stream_.async_read_some(buffer_.prepare(read_piece),
                            [self = shared_from_this()](const error_code& failed, std::size_t n) {
                              self->watching_ = false;
                              if (failed) return self->close();
                              self->buffer_.commit(n);
                              if (self->stream_out_ != nullptr) return;
                              if (self->lingering_) return self->linger();
                              self->begin();
                            });
  }

  void write_chunk(std::string text) {
    if (text.empty()) return look_for_more();
    stream_out_->text = std::move(text);
    expire(state_->settings.write_ms);
    asio::async_write(stream_, bh::make_chunk(asio::buffer(stream_out_->text)),
                      [self = shared_from_this()](const error_code& failed, std::size_t) {
                        if (failed) return self->end_stream(false);
                        self->look_for_more();
                      });
  }

  void look_for_more() {
    stream_.expires_never();
    pause_.expires_after(milliseconds(state_->settings.stream_ms));
    pause_.async_wait([self = shared_from_this()](const error_code& failed) {
      if (failed) return self->end_stream(false);
      auto text = self->state_->draining ? std::nullopt : self->stream_out_->more();
      if (text) return self->write_chunk(*std::move(text));
      self->expire(self->state_->settings.write_ms);
      asio::async_write(self->stream_, bh::make_chunk_last(),
                        [self](const error_code& cut, std::size_t) { self->end_stream(!cut); });
    });
  }

  void end_stream(bool sent) {
    stream_out_.reset();
    answered(sent);
  }

  void answered(bool sent) {
    if (answering_) state_->requests -= 1;
    answering_ = false;
    if (stranger_) state_->strangers.answering(*stranger_, false);
    if (!sent) return close();
    if (keep_) return wait();
    expire(state_->settings.linger_ms);
    thrown_away_ = buffer_.size();
    buffer_.clear();
    // Closed with bytes unread, the system would reset the connection, and the client could lose
    // the answer: so what it still sends is read, within bounds, until it hangs up.
    stream_.finish();
    lingering_ = true;
    if (!watching_) linger();
  }

  void linger() {
    if (state_->draining || thrown_away_ > limits::http_thrown_away_bytes_max) return close();
    stream_.socket().async_read_some(
        buffer_.prepare(read_piece),
        [self = shared_from_this()](const error_code& failed, std::size_t n) {
          if (failed) return self->close();
          self->thrown_away_ += n;
          self->linger();
        });
  }

  std::shared_ptr<shared_state> state_;
  counted_connection counted_;
  place among_, share_;  ///< of the certificate's connections, and of bodies
  tls_stream stream_;
  beast::flat_buffer buffer_{limits::http_head_bytes_max + read_piece};
  std::optional<bh::request_parser<bh::string_body>> parser_;
  std::shared_ptr<bh::response<bh::empty_body>> interim_;
  std::shared_ptr<growing_response> stream_out_;
  asio::steady_timer pause_{stream_.get_executor()};
  peer peer_;
  request whole_;
  std::size_t head_bytes_ = 0, thrown_away_ = 0;
  std::string sender_;  ///< of this request
  clock::time_point begun_, whole_until_;
  std::optional<stranger_list::ticket> stranger_;  ///< none: known
  bool answering_ = false, keep_ = false, headless_ = false, watching_ = false, lingering_ = false;
};

}  // namespace

std::shared_ptr<connection> make_connection(tcp::socket socket, asio::ssl::context& tls,
                                            std::string address,
                                            std::shared_ptr<shared_state> state) {
  return std::make_shared<tls_connection>(std::move(socket), tls, std::move(address),
                                          std::move(state));
}

}  // namespace whorl::apps::http
