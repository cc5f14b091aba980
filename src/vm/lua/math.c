/*
 * Elementary functions, correctly rounded: there is one right answer, so all
 * machines agree. The C library's own differ with the processor. MPFR does
 * the work, where no exact way is shorter; it allocates, so each call is a
 * critical section.
 */
#include <math.h>
#include <mpfr.h>

#include "vm/lua/determinism.h"
#include "vm/lua/limit.h"

enum {
	/* of a double */
	BITS = 53,
	MIN_EXPONENT = -1073,
	MAX_EXPONENT = 1024,
	/* whole powers beyond this are left to MPFR */
	MAX_POWER = 64,
	/* units for what MPFR does */
	UNARY_COST = 300,
	BINARY_COST = 800,
};

#define EXACT 9007199254740992.0 /* 2^53: whole numbers up to here */

/* Round what MPFR computed to a double, also below the normal range. */
static double
to_double(mpfr_t r, int inexact)
{
	mpfr_subnormalize(r, inexact, MPFR_RNDN);
	return mpfr_get_d(r, MPFR_RNDN);
}

/* That of a double, so that MPFR over- and underflows where it would. */
static void
set_range(void)
{
	mpfr_set_emin(MIN_EXPONENT);
	mpfr_set_emax(MAX_EXPONENT);
}

typedef int unary(mpfr_t, const mpfr_t, mpfr_rnd_t);
typedef int binary(mpfr_t, const mpfr_t, const mpfr_t, mpfr_rnd_t);

/*
 * With 53 bits MPFR's result is the rounded double, but for subnormals, which
 * to_double() sees to. Nothing is allocated for the numbers themselves.
 */
static double
apply(unary *f, double x)
{
	double out;

	limit_charge(UNARY_COST);
	critical_enter();
	{
		MPFR_DECL_INIT(a, BITS);
		MPFR_DECL_INIT(r, BITS);

		set_range();
		mpfr_set_d(a, x, MPFR_RNDN);
		out = to_double(r, f(r, a, MPFR_RNDN));
	}
	critical_leave();
	return out;
}

static double
apply2(binary *f, double x, double y)
{
	double out;

	limit_charge(BINARY_COST);
	critical_enter();
	{
		MPFR_DECL_INIT(a, BITS);
		MPFR_DECL_INIT(b, BITS);
		MPFR_DECL_INIT(r, BITS);

		set_range();
		mpfr_set_d(a, x, MPFR_RNDN);
		mpfr_set_d(b, y, MPFR_RNDN);
		out = to_double(r, f(r, a, b, MPFR_RNDN));
	}
	critical_leave();
	return out;
}

/* x to the power of a small whole n, when every step is exact. */
static bool
exact_power(double x, int n, double *out)
{
	double r = 1;

	if (x != trunc(x))
		return false;
	for (int i = 0; i < n; i++) {
		r *= x;
		if (fabs(r) > EXACT)
			return false;
	}
	*out = r;
	return true;
}

/* NOLINTBEGIN(readability-identifier-naming) */
double
__wrap_pow(double x, double y)
{
	double r;

	if (y == 2)
		return x * x;
	if (y == 1)
		return x;
	if (y == -1)
		return 1 / x;
	if (y == 0.5 && x > 0)
		return sqrt(x);
	if (x == 2 && y == trunc(y) && fabs(y) < 2000)
		return ldexp(1, (int)y);
	if (y >= 0 && y <= MAX_POWER && y == trunc(y) &&
	    exact_power(x, (int)y, &r))
		return r;
	return apply2(mpfr_pow, x, y);
}

double
__wrap_atan2(double y, double x)
{
	return apply2(mpfr_atan2, y, x);
}

#define UNARY(name)                           \
	double __wrap_##name(double x)        \
	{                                     \
		return apply(mpfr_##name, x); \
	}

UNARY(sin)
UNARY(cos)
UNARY(tan)
UNARY(asin)
UNARY(acos)
UNARY(exp)
UNARY(log)
UNARY(log2)
UNARY(log10)
UNARY(sinh)
UNARY(cosh)
UNARY(tanh)
/* NOLINTEND(readability-identifier-naming) */
