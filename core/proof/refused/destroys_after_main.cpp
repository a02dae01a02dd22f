// Must be refused: a static destructor is registered before main (__aeabi_atexit), although no constructor
// needs it.
struct Light {
  constexpr Light() noexcept = default;
  ~Light() { *pin_ = 0; }
  volatile int* pin_ = nullptr;
};

Light light;
