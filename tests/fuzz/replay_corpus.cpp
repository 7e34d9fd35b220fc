// tests/fuzz/replay_corpus.cpp -- runs a fuzz entry over a corpus without libFuzzer: each file, its cuts and its flips.
// SPDX-License-Identifier: MIT
//
//   replay_corpus DIRECTORY     exit code 0 when nothing aborted and there were files
#include <cstdint>     // std::uint8_t
#include <cstdio>      // std::printf
#include <filesystem>  // std::filesystem
#include <fstream>     // std::ifstream
#include <iterator>    // std::istreambuf_iterator
#include <string>      // std::string

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void feed(const std::string& text) {
  // a copy of exactly this size: reading past the end is seen by the address sanitizer
  const std::string copy(text.data(), text.size());
  (void)LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(copy.data()), copy.size());
}

}  // namespace

int main(int argc, char** argv) {
  long files = 0;
  long inputs = 0;
  if (argc != 2) return 2;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    ++files;
    feed(text);
    for (std::size_t i = 0; i < text.size(); ++i) {
      feed(text.substr(0, i));
      std::string changed = text;
      for (const unsigned flip : {0x01U, 0x80U, 0x22U}) {
        changed[i] = static_cast<char>(static_cast<unsigned char>(text[i]) ^ flip);
        feed(changed);
      }
      inputs += 4;
    }
  }
  std::printf("%ld files, %ld changed inputs\n", files, inputs);
  return files > 0 ? 0 : 1;
}
