// Must be refused: a bare board has no threads to keep it for.
thread_local int tries = 3;

int one_more() {
  return ++tries;
}
