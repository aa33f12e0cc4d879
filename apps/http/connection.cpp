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
#include <optional>
#include <utility>

#include "apps/http/problem.hpp"
#include "apps/http/tls_stream.hpp"
#include "apps/pki/names.hpp"

namespace whorl::apps::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bh = boost::beast::http;
using tcp = asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t read_piece = 4096;

std::string bytes_text(const char* what, std::size_t most) {
  return std::string(what) + " has more than " + std::to_string(most) + " bytes";
}

/// What a response in chunks needs until its end, and its place among them.
struct streamed {
  streamed(std::shared_ptr<shared_state> s, std::function<std::optional<std::string>()> m)
      : state(std::move(s)), more(std::move(m)), number(state->streams += 1) {}
  ~streamed() { state->streams -= 1; }
  streamed(const streamed&) = delete;
  streamed& operator=(const streamed&) = delete;
  bool has_room() const { return number <= state->settings.streams_max; }
  std::shared_ptr<shared_state> state;
  std::function<std::optional<std::string>()> more;
  std::size_t number;
  bh::response<bh::empty_body> head{bh::status::ok, 11};
  bh::response_serializer<bh::empty_body> serializer{head};
  std::string text;
};

/// RFC 6750 2.1; empty for another scheme.
std::string bearer_of(beast::string_view authorization) {
  constexpr std::size_t scheme = 7;  // "Bearer "
  if (authorization.size() <= scheme || !beast::iequals(authorization.substr(0, scheme), "Bearer "))
    return {};
  return std::string(authorization.substr(scheme));
}

class tls_connection final : public connection,
                             public std::enable_shared_from_this<tls_connection> {
 public:
  tls_connection(tcp::socket socket, asio::ssl::context& tls, std::string address,
                 std::shared_ptr<shared_state> state)
      : state_(std::move(state)),
        counted_(state_->connections),
        share_(state_->body_bytes, state_->settings.body_bytes_waiting_max),
        stream_(std::move(socket), tls) {
    peer_.address = std::move(address);
  }
  ~tls_connection() override {
    {
      const std::scoped_lock lock(state_->mutex);
      state_->open.erase(this);
    }
    if (stranger_)
      state_->strangers.leave(peer_.address);
    else
      state_->certified.leave(peer_.serial);
    if (answering_) state_->requests -= 1;
  }

  void run() override {
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
    expire(state_->settings.handshake_ms);
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
    // Revocation is asked at each request: a certificate that is good no more must not hold all.
    if (!state_->certified.enter(peer_.serial)) return false;
    stranger_ = false;
    state_->strangers.leave(peer_.address);
    return true;
  }

  /// Idle, until the first byte of a request. Meanwhile it holds no memory for one.
  void wait() {
    if (state_->draining) return close();
    if (buffer_.size() > 0) return begin();
    buffer_.shrink_to_fit();
    expire(stranger_ ? state_->settings.stranger_idle_ms : state_->settings.idle_ms);
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
    expire(stranger_ ? std::min(s.stranger_idle_ms, s.request_ms) : s.request_ms);
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
    whole_ = {};
    whole_.from = peer_;
    whole_.method = std::string(head.method_string());
    whole_.target = std::string(head.target());
    whole_.content_type = std::string(head[bh::field::content_type]);
    whole_.bearer = bearer_of(head[bh::field::authorization]);
    whole_.begun = std::chrono::steady_clock::now();
    const auto length = parser_->content_length();
    const bool body = parser_->chunked() || length.value_or(0) > 0;
    if (parser_->chunked() || (body && !length))
      return refuse(problem(411, "invalid_input", "a body needs a Content-Length"));
    if (head.version() != 11 || head.find(bh::field::host) == head.end())
      return refuse(problem(400, "invalid_input", "HTTP/1.1 with one Host is spoken here"));
    if (auto refusal = state_->hooks.admit(whole_, length.value_or(0)))
      return body || refusal->status == 401 ? refuse(*std::move(refusal))
                                            : send(*std::move(refusal));
    if (!body) return handle();
    if (!share_.take(*length))
      return refuse(
          problem(503, "overloaded", "too many bodies are being received: send it again"));
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

  void read_body() {
    bh::async_read(stream_, buffer_, *parser_,
                   [self = shared_from_this()](const error_code& failed, std::size_t) {
                     if (failed) return self->refuse_malformed(failed);
                     const std::string& text = self->parser_->get().body();
                     const auto* from = reinterpret_cast<const std::byte*>(text.data());
                     self->whole_.body.assign(from, from + text.size());
                     self->handle();
                   });
  }

  void handle() {
    parser_.reset();
    stream_.expires_never();  // the node has its own deadlines
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
    response out;
    if (failed == bh::error::header_limit || failed == bh::error::buffer_overflow)
      out = problem(431, "limit_exceeded", bytes_text("the head", limits::http_head_bytes_max));
    else if (failed == bh::error::body_limit)
      out = problem(413, "limit_exceeded", bytes_text("the body", limits::transaction_bytes_max));
    else
      out = problem(400, "invalid_input", "not a request of HTTP/1.1: " + failed.message());
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
    auto message = std::make_shared<bh::response<bh::string_body>>(
        static_cast<bh::status>(out.status), 11, std::move(out.body));
    message->reason(std::string(phrase_of(out.status)));
    message->set(bh::field::content_type, out.content_type);
    message->set(bh::field::cache_control, "no-store");
    message->set("X-Content-Type-Options", "nosniff");
    for (const auto& [name, value] : out.headers) message->set(name, value);
    message->keep_alive(keep_);
    message->prepare_payload();
    if (headless_) message->body().clear();  // Content-Length stays: what GET would have
    expire(state_->settings.write_ms);
    bh::async_write(stream_, *message,
                    [self = shared_from_this(), message](const error_code& failed, std::size_t) {
                      self->answered(!failed);
                    });
  }

  /// A response whose end is not known yet, in chunks.
  void begin_stream(response out) {
    stream_out_ = std::make_shared<streamed>(state_, std::move(out.more));
    if (!stream_out_->has_room())
      return send(problem(503, "overloaded", "too many follow a booking: ask for its state"));
    auto& head = stream_out_->head;
    head.result(out.status);
    head.reason(std::string(phrase_of(out.status)));
    head.set(bh::field::content_type, out.content_type);
    head.set(bh::field::cache_control, "no-store");
    head.keep_alive(keep_);
    head.chunked(true);
    expire(state_->settings.write_ms);
    bh::async_write_header(stream_, stream_out_->serializer,
                           [self = shared_from_this(), text = std::move(out.body)](
                               const error_code& failed, std::size_t) mutable {
                             if (failed) return self->end_stream(false);
                             self->write_chunk(std::move(text));
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
    pause_.expires_after(std::chrono::milliseconds(state_->settings.stream_ms));
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
    if (!sent) return close();
    if (keep_) return wait();
    expire(state_->settings.linger_ms);
    thrown_away_ = buffer_.size();
    buffer_.clear();
    // Closed with bytes unread, the system would reset the connection, and the client could lose
    // the answer: so what it still sends is read, within bounds, until it hangs up.
    stream_.finish();
    linger();
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
  body_share share_;
  tls_stream stream_;
  beast::flat_buffer buffer_{limits::http_head_bytes_max + read_piece};
  std::optional<bh::request_parser<bh::string_body>> parser_;
  std::shared_ptr<bh::response<bh::empty_body>> interim_;
  std::shared_ptr<streamed> stream_out_;
  asio::steady_timer pause_{stream_.get_executor()};
  peer peer_;
  request whole_;
  std::size_t head_bytes_ = 0, thrown_away_ = 0;
  bool answering_ = false, keep_ = false, headless_ = false, stranger_ = true;
};

}  // namespace

std::shared_ptr<connection> make_connection(tcp::socket socket, asio::ssl::context& tls,
                                            std::string address,
                                            std::shared_ptr<shared_state> state) {
  return std::make_shared<tls_connection>(std::move(socket), tls, std::move(address),
                                          std::move(state));
}

}  // namespace whorl::apps::http
