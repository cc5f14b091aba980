/* What somebody types: judged by the compiler, and nothing else happens. */
#include "vm/vm.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct error err = { 0 };

	if (vm_check_syntax(span_of(p, len), &err) == SYNTAX_WRONG)
		ASSERT(err.text[0]);
	return 0;
}
