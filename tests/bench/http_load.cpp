// Load on a gateway that runs: keep-alive connections with a client certificate, each with one
// request under way; one thread, so that the other core is the server's. Prints one JSON object.
//   http_load PORT CA.pem CERT.pem KEY.pem PATH CONNECTIONS SECONDS [IDLE]
// IDLE more connections are opened before and left alone meanwhile. PATH @FOLDER: the folder's
// files are handed in as bookings, each once, and again where the gateway asks for that.
#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bh = boost::beast::http;
using tcp = asio::ip::tcp;
using clock_type = std::chrono::steady_clock;

struct totals {
  std::uint64_t done = 0, refused = 0, failed = 0;
  std::vector<float> took_ms;
  clock_type::time_point end;
  std::vector<std::string> files;  ///< bookings still to hand in; none: a path is read
  bool submits = false;
};

std::string content_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class client : public std::enable_shared_from_this<client> {
 public:
  client(asio::io_context& io, asio::ssl::context& tls, totals& all, std::string path)
      : stream_(io, tls), all_(all) {
    ask_.method(bh::verb::get);
    ask_.target(path);
    ask_.version(11);
    ask_.set(bh::field::host, "localhost");
  }
  void connect(const tcp::endpoint& to) {
    beast::get_lowest_layer(stream_).connect(to);
    beast::get_lowest_layer(stream_).socket().set_option(tcp::no_delay(true));
    stream_.handshake(asio::ssl::stream_base::client);
  }
  void go() {
    if (clock_type::now() >= all_.end) return;
    if (all_.submits && !next_file()) return;
    began_ = clock_type::now();
    answer_ = {};
    bh::async_write(stream_, ask_, [self = shared_from_this()](beast::error_code e, std::size_t) {
      if (e) return void(++self->all_.failed);
      bh::async_read(self->stream_, self->buffer_, self->answer_,
                     [self](beast::error_code failed, std::size_t) { self->answered(failed); });
    });
  }

 private:
  /// The next file, or the same again when it was not taken.
  bool next_file() {
    if (!file_.empty()) return true;
    if (all_.files.empty()) return false;
    file_ = std::move(all_.files.back());
    all_.files.pop_back();
    ask_.method(bh::verb::post);
    ask_.body() = content_of(file_);
    ask_.prepare_payload();
    return true;
  }
  void answered(beast::error_code failed) {
    if (failed) return void(++all_.failed);
    const bool done = answer_.result_int() == (all_.submits ? 202u : 200u);
    ++(done ? all_.done : all_.refused);
    if (done) file_.clear();
    all_.took_ms.push_back(
        std::chrono::duration<float, std::milli>(clock_type::now() - began_).count());
    go();
  }
  beast::ssl_stream<beast::tcp_stream> stream_;
  totals& all_;
  beast::flat_buffer buffer_;
  bh::request<bh::string_body> ask_;
  std::string file_;
  bh::response<bh::string_body> answer_;
  clock_type::time_point began_;
};

float quantile(std::vector<float>& sorted, double share) {
  if (sorted.empty()) return 0;
  return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

int run(const std::vector<std::string>& words) {
  asio::io_context io;
  asio::ssl::context tls(asio::ssl::context::tls_client);
  tls.load_verify_file(words[1]);
  tls.use_certificate_chain_file(words[2]);
  tls.use_private_key_file(words[3], asio::ssl::context::pem);
  tls.set_verify_mode(asio::ssl::verify_peer);
  const tcp::endpoint to(asio::ip::make_address("127.0.0.1"),
                         static_cast<std::uint16_t>(std::stoi(words[0])));
  const auto connections = std::stoul(words[5]);
  const std::size_t idle = words.size() > 7 ? std::stoul(words[7]) : 0;
  totals all;
  std::string path = words[4];
  if (path.starts_with('@')) {
    all.submits = true;
    for (const auto& each : std::filesystem::directory_iterator(path.substr(1)))
      all.files.push_back(each.path().string());
    path = "/v1/bookings";
  }
  std::vector<std::shared_ptr<client>> clients;
  for (std::size_t i = 0; i < connections + idle; ++i) {
    clients.push_back(std::make_shared<client>(io, tls, all, path));
    clients.back()->connect(to);
  }
  const auto began = clock_type::now();
  all.end = began + std::chrono::seconds(std::stoi(words[6]));
  for (std::size_t i = 0; i < connections; ++i) clients[i]->go();
  io.run();
  const double seconds = std::chrono::duration<double>(clock_type::now() - began).count();
  std::sort(all.took_ms.begin(), all.took_ms.end());
  std::cout << "{\"path\":\"" << path << "\",\"connections\":" << connections
            << ",\"idle\":" << idle << ",\"per_second\":" << static_cast<double>(all.done) / seconds
            << ",\"refused\":" << all.refused << ",\"failed\":" << all.failed
            << ",\"p50_ms\":" << quantile(all.took_ms, 0.5)
            << ",\"p99_ms\":" << quantile(all.took_ms, 0.99) << "}\n";
  return all.failed == 0 && (all.submits || all.refused == 0) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 7) {
    std::cerr << "usage: http_load PORT CA.pem CERT.pem KEY.pem PATH CONNECTIONS SECONDS [IDLE]\n";
    return 2;
  }
  try {
    return run(words);
  } catch (const std::exception& e) {
    std::cerr << "http_load: " << e.what() << "\n";
    return 1;
  }
}
