// Must be refused: 600 bytes of one task's stack.
unsigned sum_of_copy(const unsigned char* from) {
  volatile unsigned char copy[600];
  unsigned sum = 0;
  for (unsigned i = 0; i < sizeof copy; ++i) copy[i] = from[i];
  for (unsigned i = 0; i < sizeof copy; ++i) sum += copy[i];
  return sum;
}
