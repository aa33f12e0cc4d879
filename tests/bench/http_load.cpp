// Load on a gateway that runs: keep-alive connections with a client certificate, each with one
// request under way; one thread, so that the other core is the server's. Prints one JSON object.
//   http_load PORT CA.pem CERT.pem KEY.pem PATH CONNECTIONS SECONDS [IDLE]
// IDLE more connections are opened before and left alone meanwhile.
#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <chrono>
#include <cstdlib>
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
};

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
    began_ = clock_type::now();
    answer_ = {};
    bh::async_write(stream_, ask_, [self = shared_from_this()](beast::error_code e, std::size_t) {
      if (e) return void(++self->all_.failed);
      bh::async_read(self->stream_, self->buffer_, self->answer_,
                     [self](beast::error_code failed, std::size_t) { self->answered(failed); });
    });
  }

 private:
  void answered(beast::error_code failed) {
    if (failed) return void(++all_.failed);
    ++(answer_.result_int() == 200 ? all_.done : all_.refused);
    all_.took_ms.push_back(
        std::chrono::duration<float, std::milli>(clock_type::now() - began_).count());
    go();
  }
  beast::ssl_stream<beast::tcp_stream> stream_;
  totals& all_;
  beast::flat_buffer buffer_;
  bh::request<bh::empty_body> ask_;
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
  std::vector<std::shared_ptr<client>> clients;
  for (std::size_t i = 0; i < connections + idle; ++i) {
    clients.push_back(std::make_shared<client>(io, tls, all, words[4]));
    clients.back()->connect(to);
  }
  const auto began = clock_type::now();
  all.end = began + std::chrono::seconds(std::stoi(words[6]));
  for (std::size_t i = 0; i < connections; ++i) clients[i]->go();
  io.run();
  const double seconds = std::chrono::duration<double>(clock_type::now() - began).count();
  std::sort(all.took_ms.begin(), all.took_ms.end());
  std::cout << "{\"path\":\"" << words[4] << "\",\"connections\":" << connections
            << ",\"idle\":" << idle << ",\"per_second\":" << static_cast<double>(all.done) / seconds
            << ",\"refused\":" << all.refused << ",\"failed\":" << all.failed
            << ",\"p50_ms\":" << quantile(all.took_ms, 0.5)
            << ",\"p99_ms\":" << quantile(all.took_ms, 0.99) << "}\n";
  return all.failed == 0 && all.refused == 0 ? 0 : 1;
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
