// Must be refused: how much stack this takes is only known when it runs.
unsigned sum_of_copy(const unsigned char* from, unsigned length) {
  auto* copy = static_cast<volatile unsigned char*>(__builtin_alloca(length));
  unsigned sum = 0;
  for (unsigned i = 0; i < length; ++i) copy[i] = from[i];
  for (unsigned i = 0; i < length; ++i) sum += copy[i];
  return sum;
}
