// The peer of the wire benchmark: gRPC C++ with its callback API on both sides and mutual TLS.
//
//   grpc_peer server     --certificates DIR [--listen HOST:PORT]
//   grpc_peer client     --certificates DIR --address HOST:PORT [--floats N] [--connections C]
//                        [--in-flight N, per connection] [--seconds S] [--warmup S]
//   grpc_peer handshakes --certificates DIR --address HOST:PORT [--in-flight N] [--seconds S]
//
// A server prints {"addresses":["HOST:PORT"]} once it listens and ends on SIGTERM or SIGINT.
// A client prints one JSON line with what it measured. Defaults are a production service's.

#include <grpcpp/grpcpp.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "bench.grpc.pb.h"
#include "latency_histogram.h"

namespace {

using Clock = std::chrono::steady_clock;
using martlet::bench::v1::Bench;
using martlet::bench::v1::Sample;

[[noreturn]] void Fail(const std::string& message) {
  std::cerr << "grpc_peer: " << message << "\n";
  std::exit(1);
}

class Options {
 public:
  Options(int count, char** arguments) {
    for (int index = 2; index < count; index += 2) {
      const std::string key = arguments[index];
      if (key.rfind("--", 0) != 0 || index + 1 >= count) Fail("cannot read option " + key);
      values_[key.substr(2)] = arguments[index + 1];
    }
  }
  std::string Text(const std::string& key, const std::string& otherwise = "") const {
    const auto found = values_.find(key);
    if (found != values_.end()) return found->second;
    if (otherwise.empty()) Fail("--" + key + " is missing");
    return otherwise;
  }
  double Number(const std::string& key, double otherwise) const {
    const auto found = values_.find(key);
    return found == values_.end() ? otherwise : std::stod(found->second);
  }

 private:
  std::map<std::string, std::string> values_;
};

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  if (!file) Fail("cannot read " + path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

class EchoService final : public Bench::CallbackService {
  grpc::ServerUnaryReactor* Echo(
      grpc::CallbackServerContext* context, const Sample* request, Sample* response) override {
    *response = *request;
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

int RunServer(const Options& options) {
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  // Before any thread starts, so that all inherit it and only the sigwait below sees the signal.
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);

  const std::string folder = options.Text("certificates");
  grpc::SslServerCredentialsOptions tls(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  tls.pem_root_certs = ReadFile(folder + "/ca.pem");
  tls.pem_key_cert_pairs.push_back(
      {ReadFile(folder + "/server.key"), ReadFile(folder + "/server.pem")});

  std::string host = options.Text("listen", "127.0.0.1:0");
  int port = 0;
  EchoService service;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(host, grpc::SslServerCredentials(tls), &port);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (!server || port == 0) Fail("cannot listen on " + host);
  std::cout << "{\"addresses\":[\"" << host.substr(0, host.rfind(':')) << ":" << port << "\"]}"
            << std::endl;
  int signal_number = 0;
  sigwait(&ending, &signal_number);
  server->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(2));
  return 0;
}

std::shared_ptr<grpc::ChannelCredentials> ClientCredentials(const Options& options) {
  const std::string folder = options.Text("certificates");
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = ReadFile(folder + "/ca.pem");
  tls.pem_private_key = ReadFile(folder + "/client.key");
  tls.pem_cert_chain = ReadFile(folder + "/client.pem");
  return grpc::SslCredentials(tls);
}

// A channel with a connection of its own: gRPC would else share one among equal channels.
std::shared_ptr<grpc::Channel> SeparateChannel(
    const Options& options, const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
  static std::atomic<int> next_channel{0};
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt("martlet.channel", next_channel++);
  return grpc::CreateCustomChannel(options.Text("address"), credentials, arguments);
}

enum class Phase { kWarmUp, kMeasure, kEnd };

struct Load {
  std::atomic<Phase> phase{Phase::kWarmUp};
  std::atomic<uint64_t> failures{0};
  std::atomic<uint64_t> calls{0};
  std::mutex mutex;
  std::condition_variable all_done;
  size_t open_slots = 0;
};

// One call in flight at all times: each completion starts the next.
class Slot {
 public:
  Slot(Load& load, Bench::Stub& stub, const Sample& request)
      : load_(load), stub_(stub), request_(request) {}

  void Start() {
    context_ = std::make_unique<grpc::ClientContext>();
    context_->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    started_ = Clock::now();
    stub_.async()->Echo(context_.get(), &request_, &response_, [this](grpc::Status status) {
      Completed(status);
    });
  }

  const LatencyHistogram& latencies() const { return latencies_; }
  uint64_t calls() const { return calls_; }

 private:
  void Completed(const grpc::Status& status) {
    calls_ += 1;
    if (!status.ok() || response_.values_size() != request_.values_size()) {
      if (load_.failures.fetch_add(1) == 0) std::cerr << status.error_message() << "\n";
    }
    const Phase phase = load_.phase.load(std::memory_order_relaxed);
    if (phase == Phase::kMeasure) {
      latencies_.Record(static_cast<uint64_t>(
          std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - started_).count()));
    }
    if (phase != Phase::kEnd) return Start();
    const std::lock_guard<std::mutex> lock(load_.mutex);
    load_.open_slots -= 1;
    load_.all_done.notify_one();
  }

  Load& load_;
  Bench::Stub& stub_;
  const Sample& request_;
  Sample response_;
  std::unique_ptr<grpc::ClientContext> context_;
  Clock::time_point started_;
  LatencyHistogram latencies_;
  uint64_t calls_ = 0;
};

Sample MakeRequest(int float_count) {
  Sample request;
  for (int index = 0; index < float_count; ++index) {
    request.add_values(static_cast<float>(index) * 0.5f);
  }
  return request;
}

void Pause(double seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

int RunClient(const Options& options) {
  const Sample request = MakeRequest(static_cast<int>(options.Number("floats", 16)));
  const int connections = static_cast<int>(options.Number("connections", 1));
  const int in_flight = static_cast<int>(options.Number("in-flight", 1));
  const auto credentials = ClientCredentials(options);

  std::vector<std::unique_ptr<Bench::Stub>> stubs;
  for (int index = 0; index < connections; ++index) {
    const auto channel = SeparateChannel(options, credentials);
    if (!channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(10))) {
      Fail("no connection to " + options.Text("address"));
    }
    stubs.push_back(Bench::NewStub(channel));
  }

  Load load;
  std::vector<std::unique_ptr<Slot>> slots;
  for (auto& stub : stubs) {
    for (int index = 0; index < in_flight; ++index) {
      slots.push_back(std::make_unique<Slot>(load, *stub, request));
    }
  }
  load.open_slots = slots.size();
  for (auto& slot : slots) slot->Start();
  Pause(options.Number("warmup", 1));
  const auto measured_from = Clock::now();
  load.phase = Phase::kMeasure;
  Pause(options.Number("seconds", 5));
  load.phase = Phase::kEnd;
  const double seconds = std::chrono::duration<double>(Clock::now() - measured_from).count();
  {
    std::unique_lock<std::mutex> lock(load.mutex);
    if (!load.all_done.wait_for(
            lock, std::chrono::seconds(30), [&] { return load.open_slots == 0; })) {
      Fail("calls still open 30 s after the end");
    }
  }
  if (load.failures != 0) Fail(std::to_string(load.failures) + " calls failed");

  LatencyHistogram all;
  uint64_t calls = 0;
  for (auto& slot : slots) {
    all.Add(slot->latencies());
    calls += slot->calls();
  }
  std::printf(
      "{\"calls_per_second\":%.1f,\"p50_us\":%.2f,\"p99_us\":%.2f,\"p999_us\":%.2f,"
      "\"calls\":%llu}\n",
      static_cast<double>(all.total()) / seconds, all.QuantileMicroseconds(0.5),
      all.QuantileMicroseconds(0.99), all.QuantileMicroseconds(0.999),
      static_cast<unsigned long long>(calls));
  return 0;
}

// Full TLS handshakes a second, each proved by nothing but the channel being ready.
int RunHandshakes(const Options& options) {
  const auto credentials = ClientCredentials(options);
  const auto from = Clock::now();
  const auto until = from + std::chrono::duration<double>(options.Number("seconds", 5));
  std::atomic<uint64_t> handshakes{0};
  std::vector<std::thread> threads;
  for (int index = 0; index < static_cast<int>(options.Number("in-flight", 8)); ++index) {
    threads.emplace_back([&] {
      while (Clock::now() < until) {
        const auto channel = SeparateChannel(options, credentials);
        const auto deadline = std::chrono::system_clock::now() + std::chrono::seconds(10);
        if (!channel->WaitForConnected(deadline)) Fail("a handshake failed");
        handshakes += 1;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  const double seconds = std::chrono::duration<double>(Clock::now() - from).count();
  std::printf(
      "{\"handshakes_per_second\":%.1f}\n", static_cast<double>(handshakes.load()) / seconds);
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const std::string mode = count > 1 ? arguments[1] : "";
  const Options options(count, arguments);
  if (mode == "server") return RunServer(options);
  if (mode == "client") return RunClient(options);
  if (mode == "handshakes") return RunHandshakes(options);
  std::cerr << "usage: grpc_peer server|client|handshakes --certificates DIR …\n";
  return 2;
}
