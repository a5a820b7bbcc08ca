// CAllocator: malloc(3) and its family for a program with one thread that lives for milliseconds.
// Linked, never called by name: there is nothing to declare.
#ifndef APUS_CALLOCATOR_H
#define APUS_CALLOCATOR_H
#endif
