// Must be refused: a bare board has no heap, whatever it is called.
int* take_number() {
  return new int(7);
}
