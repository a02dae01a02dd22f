// Must be refused: with -fno-threadsafe-statics the first call may come from two places at once.
int ask_the_board() {
  volatile int answer = 42;
  return answer;
}

int answer_known_later() {
  static const int answer = ask_the_board();
  return answer;
}
