// tests/fuzz/decode_fuzz.cpp -- libFuzzer's entry: any bytes are an event or a fault, and nothing else happens.
// SPDX-License-Identifier: MIT
//
//   clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -Iinclude tests/fuzz/decode_fuzz.cpp ...
// Under other compilers replay_corpus.cpp feeds it the lines of tests/fuzz/corpus/ and cuts and flips of them.
#include <optcoord/protocol/decoder.hpp>
#include <optcoord/protocol/encode.hpp>

#include <cstdint>  // std::uint8_t
#include <cstdlib>  // std::abort
#include <string>   // std::string
#include <string_view>

namespace {

using namespace optcoord;

void demand(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static protocol::Decoder decoder;  // used again, as a host does: no line may harm the next
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  const std::size_t requests = decoder.requests().size();
  const auto event = decoder.decode(line);
  if (!event) {
    demand(!event.error().message.empty());
    demand(event.error().message.size() < 4096 && event.error().field.size() < 4096);
    demand(decoder.requests().size() == requests);  // a refused line leaves no id behind
    std::string out;
    append_error(out, 1, event.error());
    demand(out.find('\n') == out.size() - 1);
    return 0;
  }
  if (const auto* order = std::get_if<OrderEvent>(&event->body)) demand(decoder.text(order->request).has_value());
  (void)decoder.place({Errc::invalid_value, "legs[].contract", 0, 0});
  (void)decoder.place({Errc::invalid_value, "used[]", 1, -1});
  decoder.forget([](auto) { return false; });
  return 0;
}
