/*
 * machine - the vm for modules of the format "aosh-lua-1".
 *
 * At rest a vm is the image of its state. To evaluate, the image is laid into
 * the lane's window, unless it lies there already; when a message counts, a new
 * one is made of the window, which is the commit point. Everything else leaves
 * the image as it was. Where it is worth it, one image is made behind several
 * messages, and those are run again if need be.
 */
#ifndef VM_LUA_MACHINE_H
#define VM_LUA_MACHINE_H

#include "vm/vm.h"

#define MACHINE_FORMAT "aosh-lua-1"

extern const struct vm_ops machine_ops;

#endif
