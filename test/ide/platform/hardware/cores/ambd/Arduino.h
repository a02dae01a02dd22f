// The least that the IDE wants of a core. What it compiles runs nowhere: the virtual board only stores it.
#pragma once

#ifdef __cplusplus
extern "C" {
#endif
void setup(void);
void loop(void);
#ifdef __cplusplus
}
#endif
