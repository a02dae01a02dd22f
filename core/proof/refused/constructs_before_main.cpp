// Must be refused: nothing calls constructors before main in every program that core is linked into.
int ask_the_board() {
  volatile int answer = 42;
  return answer;
}

int answer_known_at_start = ask_the_board();
