/*
 * `.crypto` as a program has it, in a real state, with the files of the
 * process library. The digests and ciphers below it have tests of their own.
 */
#include "vm/lua/archive.h"
#include "machine.h"

static const char start[] =
    "require('.seldom')\n"
    "crypto = require('.crypto')\n"
    "function S(text) return crypto.utils.stream.fromString(text) end\n"
    "function A(text) return crypto.utils.array.fromString(text) end\n"
    "K = 'super_secret_shh'\n"
    "P = 'the quick brown fox jumps'\n";

/* All of the built-in module but for `.process`, which is the test's own. */
static struct span
crypto_module(void)
{
	static struct buf b;
	struct span in = vm_builtin_module(LIBRARY_CLASSIC);
	struct archive_file file;
	struct error err;

	if (b.len)
		return buf_span(&b);
	buf_printf(&b, ".process %zu\n%s%s", strlen(start) + strlen(program),
	    start, program);
	while (archive_next(&in, &file, &err) == 1)
		if (!span_is(file.name, ".process"))
			buf_printf(&b, "%.*s %zu\n%.*s", SPAN_ARG(file.name),
			    file.text.len, SPAN_ARG(file.text));
	return buf_span(&b);
}

struct example {
	const char *text; /* an expression */
	const char *output;
};

/* Each in the state that the one before left. */
static void
check_all(const struct example *list, size_t n)
{
	struct buf text = BUF_INIT;
	struct bench b;

	bench_open_with(&b, crypto_module(), 31, &vm_default_limits);
	for (size_t i = 0; i < n; i++) {
		buf_clear(&text);
		buf_printf(&text, "return %s", list[i].text);
		bench_gives(&b, buf_text(&text), list[i].output, (int)i);
	}
	bench_close(&b);
	buf_release(&text);
}

#define CHECK_ALL(list) check_all((list), sizeof(list) / sizeof(*(list)))

TEST(crypto, all_names_are_loaded_before_anybody_asks)
{
	static const char *const names[] = { ".crypto", ".crypto.init",
		".crypto.cipher.init", ".crypto.cipher.aes",
		".crypto.cipher.aes128", ".crypto.cipher.aes192",
		".crypto.cipher.aes256", ".crypto.cipher.issac",
		".crypto.cipher.morus", ".crypto.cipher.norx",
		".crypto.cipher.mode.cbc", ".crypto.cipher.mode.cfb",
		".crypto.cipher.mode.ctr", ".crypto.cipher.mode.ecb",
		".crypto.cipher.mode.ofb", ".crypto.digest.init",
		".crypto.digest.blake2b", ".crypto.digest.md2",
		".crypto.digest.md4", ".crypto.digest.md5",
		".crypto.digest.sha1", ".crypto.digest.sha2_256",
		".crypto.digest.sha2_512", ".crypto.digest.sha3",
		".crypto.kdf.init", ".crypto.kdf.pbkdf2", ".crypto.mac.init",
		".crypto.mac.hmac", ".crypto.padding.zero", ".crypto.util.init",
		".crypto.util.array", ".crypto.util.bit", ".crypto.util.hex",
		".crypto.util.queue", ".crypto.util.stream" };
	struct buf text = BUF_INIT;
	struct bench b;

	bench_open_with(&b, crypto_module(), 31, &vm_default_limits);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		buf_clear(&text);
		buf_printf(&text,
		    "local n = '%s' local m = package.loaded[n] "
		    "return type(m) ~= 'nil' and tostring(m == require(n))",
		    names[i]);
		GIVES(&b, buf_text(&text), "true");
	}
	/* and their files are there for who throws the names away */
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		buf_clear(&text);
		buf_printf(&text,
		    "local n = '%s' local m = package.loaded[n] "
		    "package.loaded[n] = nil local again = require(n) "
		    "return tostring(type(again) == type(m))",
		    names[i]);
		GIVES(&b, buf_text(&text), "true");
	}
	bench_close(&b);
	buf_release(&text);
}

TEST(crypto, the_front_fills_itself_at_the_first_touch)
{
	static const char *const touches[] = {
		"local s = '' for k in pairs(package.loaded['.crypto']) do "
		"s = s .. k .. ' ' end return s",
		"local c, s = crypto, '' c.mine = 1 c.mine = nil "
		"for k in pairs(c) do s = s .. k .. ' ' end return s",
		"local s = '' for k in next, crypto do s = s .. k .. ' ' end "
		"local t = {} for k in s:gmatch('%S+') do t[#t + 1] = k end "
		"table.sort(t) return table.concat(t, ' ') .. ' '",
		"local c, s = require('.crypto.init'), '' assert(c.kdf) "
		"for k in pairs(c) do s = s .. k .. ' ' end return s",
	};
	struct bench b;

	for (size_t i = 0; i < sizeof(touches) / sizeof(*touches); i++) {
		bench_open_with(&b, crypto_module(), 31, &vm_default_limits);
		GIVES(&b, touches[i],
		    "_version cipher digest kdf mac random utils ");
		GIVES(&b, "return tostring(getmetatable(crypto))", "nil");
		bench_close(&b);
	}
}

TEST(crypto, modules_are_the_fields_of_the_front)
{
	static const struct example list[] = {
		{ "crypto._version", "0.0.1" },
		{ "tostring(crypto == require('.crypto.init'))", "true" },
		{ "tostring(crypto.digest == require('.crypto.digest.init') "
		  "and crypto.digest == require('.crypto.digest'))",
		    "true" },
		{ "tostring(crypto.digest.md5 == "
		  "require('.crypto.digest.md5'))",
		    "true" },
		{ "tostring(crypto.cipher.aes == require('.crypto.cipher.aes') "
		  "and crypto.mac.createHmac == require('.crypto.mac.hmac'))",
		    "true" },
		{ "tostring(crypto.utils.bit == require('bit32') and "
		  "crypto.utils.queue == require('.crypto.util.queue'))",
		    "true" },
		{ "type(crypto.digest.sha2_256) .. type(crypto.utils.queue) .. "
		  "type(crypto.kdf.pbkdf2)",
		    "functionfunctionfunction" },
	};

	CHECK_ALL(list);
}

/* Whatever is done to the functions of the metatable. */
TEST(crypto, an_empty_front_takes_no_nonsense)
{
	static const struct example list[] = {
		{ "tostring(pcall(getmetatable(crypto).__index, 1, 'x'))",
		    "false" },
		{ "tostring(pcall(getmetatable(crypto).__newindex, {}))",
		    "false" },
		{ "tostring(pcall(getmetatable(crypto).__pairs))", "false" },
		{ "tostring(setmetatable({}, getmetatable(crypto)).x)", "nil" },
		{ "tostring(next(setmetatable({}, {}))) .. "
		  "tostring(next(setmetatable({}, {__pairs = 1}))) .. "
		  "tostring(pcall(next, {}, 1)) .. next({7}) .. "
		  "tostring(next({7}, 1)) .. tostring(pcall(next))",
		    "nilnilfalse1nilfalse" },
		{ "tostring(pcall(function() crypto[nil] = 1 end))", "false" },
	};

	CHECK_ALL(list);
}

/* A program may have replaced what it calls `require`. */
TEST(crypto, does_not_need_the_program_s_require)
{
	struct bench b;

	bench_open_with(&b, crypto_module(), 31, &vm_default_limits);
	GIVES(&b, "require = nil return crypto.digest.md5(S('abc')).asHex()",
	    "900150983cd24fb0d6963f7d28e17f72");
	bench_close(&b);
}

TEST(crypto, a_lost_table_still_fills_itself)
{
	struct bench b;

	bench_open_with(&b, crypto_module(), 31, &vm_default_limits);
	GIVES(&b,
	    "local h = package.loaded['.crypto.util.hex'] "
	    "for k in pairs(package.loaded) do if k:find('crypto') then "
	    "package.loaded[k] = nil end end "
	    "return h.stringToHex('ao')",
	    "616f");
	bench_close(&b);
}

TEST(crypto, digests)
{
	static const struct example list[] = {
		{ "crypto.digest.md2(S('abc')).asHex()",
		    "da853b0d3f88d99b30283a69e6ded6bb" },
		{ "crypto.digest.md4(S('abc')).asHex()",
		    "a448017aaf21d8525fc10ae87aa6729d" },
		{ "crypto.digest.md5(S('abc')).asHex()",
		    "900150983cd24fb0d6963f7d28e17f72" },
		{ "crypto.digest.sha1(S('abc')).asHex()",
		    "a9993e364706816aba3e25717850c26c9cd0d89d" },
		{ "crypto.digest.sha2_256(S('abc')).asHex()",
		    "ba7816bf8f01cfea414140de5dae2223"
		    "b00361a396177a9cb410ff61f20015ad" },
		{ "crypto.digest.sha2_512('abc').asHex():sub(1, 32)",
		    "ddaf35a193617abacc417349ae204131" },
		{ "crypto.digest.sha3_256('abc').asHex()",
		    "3a985da74fe225b2045c172d6bd390bd"
		    "855f086e3e9d525b46bfe24511431532" },
		{ "crypto.digest.sha3_512('').asHex():sub(1, 32)",
		    "a69f73cca23a9ac5c8b567dc185a756e" },
		{ "crypto.digest.keccak256('').asHex()",
		    "c5d2460186f7233c927e7db2dcc703c0"
		    "e500b653ca82273b7bfad8045d85a470" },
		{ "crypto.digest.keccak512('').asHex():sub(1, 32)",
		    "0eab42de4c3ceb9235fc91acffe746b2" },
		/* where aos is wrong: 112 of 128, 135 of 136, 71 of 72 */
		{ "crypto.digest.sha2_512(('a'):rep(112)).asHex():sub(1, 32)",
		    "c01d080efd492776a1c43bd23dd99d0a" },
		{ "crypto.digest.sha3_256(('a'):rep(135)).asHex():sub(1, 32)",
		    "8094bb53c44cfb1e67b7c30447f9a1c3" },
		{ "crypto.digest.sha3_512(('a'):rep(71)).asHex():sub(1, 32)",
		    "070faf98d2a8fddf8ed886408744dc06" },
	};

	CHECK_ALL(list);
}

/* RFC 7693, A; the others by Python's hashlib. */
TEST(crypto, blake2b)
{
	static const struct example list[] = {
		{ "crypto.digest.blake2b('abc').asHex()",
		    "ba80a53f981c4d0d6a2797b69f12f6e9"
		    "4c212f14685ac4b74b12bb6fdbffa2d1"
		    "7d87c5392aab792dc252d5de4533cc95"
		    "18d38aa8dbf1925ab92386edd4009923" },
		{ "crypto.digest.blake2b('').asHex():sub(1, 32)",
		    "786a02f742015903c6c6fd852552d272" },
		{ "crypto.digest.blake2b(('a'):rep(127)).asHex():sub(1, 32)",
		    "94596b9d6199c807c40ae1a935f3633b" },
		{ "crypto.digest.blake2b(('a'):rep(128)).asHex():sub(1, 32)",
		    "fc6c71f688f43ea7d60817478808f3ca" },
		{ "crypto.digest.blake2b(('a'):rep(129)).asHex():sub(1, 32)",
		    "55e6e0eb418149a8af92fd9ddc992547" },
		{ "crypto.digest.blake2b(('a'):rep(256)).asHex():sub(1, 32)",
		    "0eee13d0c73a2710c5015a8b4be0a161" },
		{ "crypto.digest.blake2b(('a'):rep(384)).asHex():sub(1, 32)",
		    "74d33423a75263665e54a92b0ed34edd" },
		{ "crypto.digest.blake2b('abc', 1).asHex()", "6b" },
		{ "crypto.digest.blake2b('abc', 20, 'key').asHex()",
		    "63c5e9d2e167991e7fca9fe84b4afcb2fab7cc99" },
		{ "crypto.digest.blake2b('abc', 64, (function() local s = '' "
		  "for i = 0, 63 do s = s .. string.char(i) end "
		  "return s end)()).asHex():sub(1, 32)",
		    "06bbc3dedf13a31139498655251b7588" },
		{ "select(2, crypto.digest.blake2b('abc', 65))",
		    "illegal parameters" },
		{ "select(2, crypto.digest.blake2b('abc', 0))",
		    "illegal parameters" },
		{ "select(2, crypto.digest.blake2b('abc', 9, ('k'):rep(65)))",
		    "illegal parameters" },
		{ "#crypto.digest.blake2b('abc').asBytes() .. "
		  "type(crypto.digest.blake2b('abc').asBytes()[1])",
		    "64string" },
	};

	CHECK_ALL(list);
}

TEST(crypto, digests_come_in_three_forms)
{
	static const struct example list[] = {
		{ "table.concat(crypto.digest.md5(S('abc')).asBytes(), ' ')",
		    "144 1 80 152 60 210 79 176 214 150 63 125 40 225 127 "
		    "114" },
		{ "#crypto.digest.sha1(S('abc')).asString()", "20" },
		{ "#crypto.digest.keccak256('abc').asBytes()", "32" },
		{ "(function() local w = crypto.digest.sha2_512('abc')"
		  ".asBytes() return #w .. (' %x'):format(w[1]) end)()",
		    "8 ddaf35a193617aba" },
		/* a second read gives the same */
		{ "(function() local r = crypto.digest.md5(S('abc')) "
		  "return tostring(r.asHex() == r.asHex()) end)()",
		    "true" },
	};

	CHECK_ALL(list);
}

TEST(crypto, streams_are_used_up)
{
	static const struct example list[] = {
		{ "(function() local s = S('abc') crypto.digest.md5(s) "
		  "return tostring(s()) .. crypto.digest.md5(s).asHex() "
		  "end)()",
		    "nild41d8cd98f00b204e9800998ecf8427e" },
		{ "(function() local s = S('xabc') s() "
		  "return crypto.digest.md5(s).asHex() end)()",
		    "900150983cd24fb0d6963f7d28e17f72" },
		/* any function will do, also one that yields */
		{ "(function() local i = 96 return crypto.digest.md5(function()"
		  " i = i + 1 if i < 100 then return i end end).asHex() end)()",
		    "900150983cd24fb0d6963f7d28e17f72" },
		{ "(function() local co = coroutine.wrap(function() local i = "
		  "96 return crypto.digest.md5(function() i = i + 1 "
		  "coroutine.yield() if i < 100 then return i end end).asHex() "
		  "end) for _ = 1, 4 do co() end return co() end)()",
		    "900150983cd24fb0d6963f7d28e17f72" },
		{ "tostring(pcall(crypto.digest.md5, "
		  "crypto.utils.stream.fromArray({256})))",
		    "false" },
		{ "select(2, pcall(crypto.digest.md5, 'abc'))",
		    "a stream expected, got a text: see .crypto.util.stream, "
		    "fromString" },
	};

	CHECK_ALL(list);
}

/* But for the first from a few lines of Python. */
TEST(crypto, hmac_has_a_block_of_32_bytes)
{
	static const struct example list[] = {
		{ "crypto.mac.createHmac(S('ao'), A('super_secret_key'), "
		  "'sha1').asHex()",
		    "3966f45acb53f7a1a493bae15afecb1a204fa32d" },
		{ "crypto.mac.createHmac(S('ao'), A('super_secret_key'))"
		  ".asHex()",
		    "3966f45acb53f7a1a493bae15afecb1a204fa32d" },
		{ "crypto.mac.createHmac(S('ao'), A('super_secret_key'), "
		  "'sha256').asHex()",
		    "f8ad7944300ae2cd2748663fe4b0f800"
		    "3b645b36013a586032410ff9c3f46a85" },
		{ "crypto.mac.createHmac(S('ao'), {}).asHex()",
		    "9501736eea18b1470481e73e0208f92ccb8e7021" },
		{ "crypto.mac.createHmac(S('ao'), A(('k'):rep(32))).asHex()",
		    "955fa2ad28a2ccb1dcee5759793c9cd33a56d46b" },
		{ "crypto.mac.createHmac(S('ao'), A(('k'):rep(33))).asHex()",
		    "57642b0fffdbcc347524ae0cdbbc44d280a6584a" },
		{ "crypto.mac.createHmac(S('ao'), A(('k'):rep(32)), 'sha256')"
		  ".asHex()",
		    "8a179b3afdb6eb976f33656a8a0a9fc9"
		    "3e7a2bd9583bf1bd3aeaeb70f94dd54e" },
		{ "crypto.mac.createHmac(S('ao'), A(('k'):rep(33)), 'sha256')"
		  ".asHex()",
		    "08a37a0a6787367974073514045bcd7d"
		    "d9d1d0fb5960415487e92d0eb6a977a9" },
		{ "select(2, pcall(crypto.mac.createHmac, S('ao'), {}, 'md5'))",
		    "Unsupported algorithm: md5" },
	};

	CHECK_ALL(list);
}

/* RFC 6070 and RFC 7914, 11. */
TEST(crypto, pbkdf2)
{
	static const struct example list[] = {
		{ "crypto.kdf.pbkdf2(A('password'), A('salt'), 1, 20).asHex()",
		    "0C60C80F961F0E71F3A9B524AF6012062FE037A6" },
		{ "crypto.kdf.pbkdf2(A('passwordPASSWORDpassword'), "
		  "A('saltSALTsaltSALTsaltSALTsaltSALTsalt'), 4096, 25, 'sha1')"
		  ".asHex()",
		    "3D2EEC4FE41C849B80C8D83662C0E44A8B291A964CF2F07038" },
		{ "crypto.kdf.pbkdf2(A('pass\\0word'), A('sa\\0lt'), 4096, 16)"
		  ".asHex()",
		    "56FA6AA75548099DCC37D7F03425E0C3" },
		{ "crypto.kdf.pbkdf2(A('passwd'), A('salt'), 1, 64, 'sha256')"
		  ".asHex()",
		    "55AC046E56E3089FEC1691C22544B605"
		    "F94185216DDE0465E68B9D57C20DACBC"
		    "49CA9CCCF179B645991664B39D77EF31"
		    "7C71B845B1E30BD509112041D3A19783" },
		{ "#crypto.kdf.pbkdf2({}, {}, 1, 0).asString()", "0" },
		{ "select(2, pcall(crypto.kdf.pbkdf2, {}, {}, 1, 20, 'md5'))",
		    "Unsupported algorithm: md5" },
		{ "tostring(pcall(crypto.kdf.pbkdf2, {}, {}, 0, 20))",
		    "false" },
		{ "tostring(pcall(crypto.kdf.pbkdf2, {}, {}, 1, -1))",
		    "false" },
		{ "tostring(pcall(crypto.kdf.pbkdf2, {}, {}, 1, 1 << 40))",
		    "false" },
	};

	CHECK_ALL(list);
}

/* By openssl, the text filled up by zeroes. */
TEST(crypto, aes_in_all_modes)
{
	static const struct example list[] = {
		{ "crypto.cipher.aes.encrypt(P, K, K).asHex()",
		    "D4FCA9909F19E444D0CF66B4C9965863"
		    "E5C1D5EAC681369FA534F41237416841" },
		{ "crypto.cipher.aes.encrypt(P, K, '', 'ECB').asHex()",
		    "5AA1FD3F7089F32FCFC3601D91E1DC10"
		    "0665AD8A951EE7305109ABEF170F63A6" },
		{ "crypto.cipher.aes.encrypt(P, K, K, 'CFB').asHex()",
		    "08A073BC784802407D2B05F7DDF925CD"
		    "A3A5867196A27EBB2F5B6CA1D6B57F26" },
		{ "crypto.cipher.aes.encrypt(P, K, K, 'OFB').asHex()",
		    "08A073BC784802407D2B05F7DDF925CD"
		    "B3F88D76386055E3BC5457F2DBA0C647" },
		{ "crypto.cipher.aes.encrypt(P, K, K, 'CTR', 128).asHex()",
		    "08A073BC784802407D2B05F7DDF925CD"
		    "4F5DF740390E67F77F126A5C743772A8" },
		/* of a longer key the first bytes count */
		{ "crypto.cipher.aes.encrypt(P, "
		  "'super_duper_secret_password_shhh', K, 'CTR').asHex()",
		    "56B202D0CF69E2E8DA6F651B1B228A2D"
		    "C6688A94B07B496F71DBA2E2DE233DAA" },
		{ "crypto.cipher.aes.encrypt(P, (K .. K):sub(1, 24), K, 'CTR', "
		  "192).asHex()",
		    "94438695DDFBB144FC891E1D1B32B1E2"
		    "226462174F7FD23DF97AB39542AC7CCE" },
		/* the default iv */
		{ "crypto.cipher.aes.encrypt(P, K .. K, nil, 'CBC', 256)"
		  ".asHex()",
		    "105B3768EEA2AE4F1CF7BB2C4A780C16"
		    "ABA2213070F899108AACAE9BF0D60BEB" },
		/* no such mode, no such size */
		{ "crypto.cipher.aes.encrypt(P, K, K, 'XTS', 64).asHex()",
		    "D4FCA9909F19E444D0CF66B4C9965863"
		    "E5C1D5EAC681369FA534F41237416841" },
		/* in ECB the iv is data */
		{ "crypto.cipher.aes.encrypt('', K, nil, 'ECB').asHex()",
		    "B5524B86CA5AEBBA340C303B55A026D5" },
		{ "crypto.cipher.aes.encrypt('', K, K).asHex() .. '.'", "." },
		{ "crypto.cipher.aes.encrypt('ao', K, K).asHex()",
		    "A3B9E6E1FBD9D46930E5F76807C84B8E" },
		{ "tostring(pcall(crypto.cipher.aes.encrypt, 'ao', 'short'))",
		    "false" },
	};

	CHECK_ALL(list);
}

TEST(crypto, aes_back)
{
	static const struct example list[] = {
		{ "(function() local n = 0 for _, mode in ipairs({'CBC', "
		  "'ECB', 'CFB', 'OFB', 'CTR'}) do for _, size in ipairs({128, "
		  "192, 256}) do for length = 0, 50 do local iv = mode == 'ECB'"
		  " and '' or K local text = ('x'):rep(length) "
		  "local there = crypto.cipher.aes.encrypt(text, K .. K, iv, "
		  "mode, size) local back = crypto.cipher.aes.decrypt("
		  "there.asHex(), K .. K, iv, mode, size) "
		  "assert(back.asString() == text .. ('\\0'):rep(-length % 16))"
		  " assert(#there.asBytes() == #back.asString()) n = n + 1 "
		  "end end end return n end)()",
		    "765" },
		{ "(function() local r = crypto.cipher.aes.decrypt("
		  "'A3B9E6E1FBD9D46930E5F76807C84B8E', K, K) "
		  "return r.asHex() .. r.asHex() end)()",
		    "616F0000000000000000000000000000"
		    "616F0000000000000000000000000000" },
		{ "select(2, pcall(crypto.cipher.aes.decrypt, 'xy', K, K))",
		    "invalid hex string" },
	};

	CHECK_ALL(list);
}

/* FIPS 197, C.1; NIST SP 800-38A, F.2.1. */
TEST(crypto, aes_step_by_step)
{
	static const struct example list[] = {
		{ "(function() local a = crypto.utils.array "
		  "local aes = require('.crypto.cipher.aes128') "
		  "local key = a.fromHex('000102030405060708090a0b0c0d0e0f') "
		  "local block = aes.encrypt(key, "
		  "a.fromHex('00112233445566778899aabbccddeeff')) "
		  "return a.toHex(block) .. a.toHex(aes.decrypt(key, block)) "
		  "end)()",
		    "69C4E0D86A7B0430D8CDB78070B4C55A"
		    "00112233445566778899AABBCCDDEEFF" },
		{ "(function() local u = crypto.utils "
		  "local function run(steps, hex) return steps.setKey("
		  "u.array.fromHex('2b7e151628aed2a6abf7158809cf4f3c'))"
		  ".setBlockCipher(require('.crypto.cipher.aes128'))"
		  ".setPadding(require('.crypto.padding.zero')).init()"
		  ".update(u.stream.fromHex("
		  "'000102030405060708090a0b0c0d0e0f'))"
		  ".update(u.stream.fromHex(hex)).finish().asHex() end "
		  "local cbc = require('.crypto.cipher.mode.cbc') "
		  "local there = run(cbc.Cipher(), "
		  "'6bc1bee22e409f96e93d7e117393172a') "
		  "return there .. run(cbc.Decipher(), there) end)()",
		    "7649ABAC8119B246CEE98E9B12E9197D"
		    "6BC1BEE22E409F96E93D7E117393172A" },
		{ "crypto.utils.stream.toHex("
		  "require('.crypto.padding.zero')(16, 13)) .. "
		  "crypto.utils.stream.toHex("
		  "require('.crypto.padding.zero')(16, 32))",
		    "000000" },
	};

	CHECK_ALL(list);
}

TEST(crypto, isaac)
{
	static const struct example list[] = {
		{ "crypto.random()", "532713800.0" },
		{ "crypto.random(0, 100)", "40" },
		{ "crypto.random(0, 100)", "40" },
		{ "crypto.cipher.issac.random()", "532713800.0" },
		{ "tostring(crypto.random(0, 100, 'a') == "
		  "crypto.random(0, 100, 'a') and crypto.random(0, 1 << 31, "
		  "'a') ~= crypto.random(0, 1 << 31, 'b'))",
		    "true" },
		{ "crypto.cipher.issac.encrypt('a Top Secret secret', "
		  "'this is my secret key').asHex()",
		    "204657272d52274c5c5a7d405e23715051376b" },
		{ "crypto.cipher.issac.encrypt('a Top Secret secret', "
		  "'this is my secret key').asBytes()[2]",
		    "F" },
		{ "crypto.cipher.issac.decrypt(crypto.cipher.issac.encrypt("
		  "'a Top Secret secret', 'k').asString(), 'k')",
		    "a Top Secret secret" },
		/* randvect.txt: the second batch of a seed of zeroes */
		{ "(function() local i = crypto.cipher.issac "
		  "i.seedIsaac('', true) for _ = 1, 256 do i.getRandom() end "
		  "return ('%x'):format(i.getRandom()) end)()",
		    "f650e4c8" },
		{ "(function() local i = crypto.cipher.issac "
		  "i.seedIsaac('x', true) local n = i.getRandom() "
		  "i.seedIsaac('x', true) return tostring(n % 95 + 32 == "
		  "i.getRandomChar()) end)()",
		    "true" },
	};

	CHECK_ALL(list);
}

/* Of the known answers of C2SP's wycheproof. */
TEST(crypto, morus)
{
	static const struct example list[] = {
		{ "(function() local x = crypto.utils.hex.hexToString "
		  "return crypto.cipher.morus.encrypt("
		  "x('3c24399f107ba81b80dab291f924c206'), "
		  "x('4bedc807541a52a2a110deb5f8edf387'), x('69')).asHex() "
		  "end)()",
		    "88c34cf02f43761396da7634334ed53973" },
		/* the data comes first */
		{ "(function() local x = crypto.utils.hex.hexToString "
		  "return crypto.cipher.morus.encrypt("
		  "x('12ddee17d14792698b140a62b1d9e250'), "
		  "x('22a67c7f15e63cf0ac4b3786b0a213d2'), x('40'), x('31'))"
		  ".asHex() end)()",
		    "311d47173486f5541a6d28b85d6ccfa0b9bf" },
		{ "(function() local m = crypto.cipher.morus "
		  "local c = m.encrypt(K .. K, K, P, 'ad') "
		  "assert(c.asString() == table.concat(c.asBytes())) "
		  "return m.decrypt(K .. K, K, c.asString(), 2) end)()",
		    "the quick brown fox jumps" },
		{ "(function() local m, n = crypto.cipher.morus, 0 "
		  "local c = m.encrypt(K, K, P, 'ad').asString() "
		  "for i = 1, #c do local t = c:sub(1, i - 1) .. "
		  "string.char(c:byte(i) ~ 1) .. c:sub(i + 1) "
		  "local text, err = m.decrypt(K, K, t, 2) "
		  "assert(text == nil and err == 'decrypt error') n = n + 1 "
		  "end return n end)()",
		    "43" },
		{ "select(2, crypto.cipher.morus.decrypt(K, K, 'short'))",
		    "decrypt error" },
		{ "(function() local m = crypto.cipher.morus return "
		  "m.key_size .. ' ' .. m.nonce_size .. ' ' .. m.variant end)"
		  "()",
		    "32 16 Morus-1280" },
		{ "(function() local s = {} for i = 1, 20 do s[i] = i end "
		  "crypto.cipher.morus.state_update(s, 1, 2, 3, 4) "
		  "return #s .. type(s[20]) .. tostring(s[1] ~= 1) end)()",
		    "20numbertrue" },
		{ "tostring(pcall(crypto.cipher.morus.encrypt, 'k', K, P)) .. "
		  "tostring(pcall(crypto.cipher.morus.encrypt, K, 'n', P))",
		    "falsefalse" },
	};

	CHECK_ALL(list);
}

TEST(crypto, norx)
{
	static const struct example list[] = {
		{ "crypto.cipher.norx.encrypt("
		  "'super_duper_secret_password_shhh', ('0'):rep(32), '')"
		  ".asHex()",
		    "aebd1d200e12ed3dd94ff5718d797e93"
		    "c5722f595a8b33b48b20ff7a39c14873" },
		{ "(function() local n = crypto.cipher.norx "
		  "local c = n.encrypt(K .. K, K .. K, P, 'h', 't') "
		  "assert(c.asString() == table.concat(c.asBytes())) "
		  "return n.decrypt(K .. K, K .. K, c.asString(), 'h', 't') "
		  "end)()",
		    "the quick brown fox jumps" },
		{ "(function() local n, k = crypto.cipher.norx, K .. K "
		  "local c = n.encrypt(k, k, P).asString() "
		  "for i = 1, #c do local t = c:sub(1, i - 1) .. "
		  "string.char(c:byte(i) ~ 128) .. c:sub(i + 1) "
		  "local text, err = n.decrypt(k, k, t) "
		  "assert(text == nil and err == 'auth failure') end "
		  "return select(2, n.decrypt(k, k, c, 'h')) .. "
		  "select(2, n.decrypt(k, k, c, '', 't')) end)()",
		    "auth failureauth failure" },
		{ "(function() local n = crypto.cipher.norx return "
		  "n.key_size .. ' ' .. n.nonce_size .. ' ' .. n.variant end)"
		  "()",
		    "32 32 NORX 64-4-1" },
		{ "tostring(pcall(crypto.cipher.norx.encrypt, K, K, P))",
		    "false" },
	};

	CHECK_ALL(list);
}

TEST(crypto, hex)
{
	static const struct example list[] = {
		{ "crypto.utils.hex.stringToHex('\\1\\171z')", "01ab7a" },
		{ "crypto.utils.hex.stringToHex('abcdef', 4, ':')"
		  ":gsub('\\n', '|')",
		    "61:62:63:64|65:66" },
		{ "crypto.utils.hex.hexToString('61 6F\\n62')", "aob" },
		{ "select(2, pcall(crypto.utils.hex.hexToString, '616'))",
		    "invalid hex string" },
		{ "select(2, pcall(crypto.utils.hex.hexToString, '6g'))",
		    "invalid hex string" },
		{ "crypto.utils.hex.hexToString('61 g62', true)", "agb" },
	};

	CHECK_ALL(list);
}

TEST(crypto, streams_and_queues)
{
	static const struct example list[] = {
		{ "(function() local s = S('\\0\\255') return tostring(s()) .. "
		  "tostring(s()) .. tostring(s()) .. tostring(s()) end)()",
		    "0255nilnil" },
		{ "crypto.utils.stream.toString("
		  "crypto.utils.stream.fromArray({97, 111}))",
		    "ao" },
		{ "crypto.utils.stream.toHex("
		  "crypto.utils.stream.fromHex('ab cd'))",
		    "ABCD" },
		{ "table.concat(crypto.utils.stream.toArray(S('ao')), ' ')",
		    "97 111" },
		{ "(function() local q = crypto.utils.queue() q.push(7) "
		  "q.push(8) local a, n = q.pop(), q.size() return a .. n .. "
		  "q.getHead() .. q.getTail() .. q.pop() .. "
		  "tostring(q.pop()) end)()",
		    "71218nil" },
		{ "(function() local q = crypto.utils.queue() q.push(7) "
		  "q.reset() return q.size() .. q.getHead() .. "
		  "tostring(q.pop()) end)()",
		    "00nil" },
	};

	CHECK_ALL(list);
}

TEST(crypto, arrays)
{
	static const struct example list[] = {
		{ "crypto.utils.array.size(A('abc')) .. "
		  "crypto.utils.array.toString(A('abc'))",
		    "3abc" },
		{ "crypto.utils.array.toHex(crypto.utils.array.fromHex('ab'))",
		    "AB" },
		{ "crypto.utils.array.toString(crypto.utils.array.fromStream("
		  "crypto.utils.array.toStream(A('abc'))))",
		    "abc" },
		{ "crypto.utils.array.toString(crypto.utils.array.concat("
		  "A('ab'), A('cd')))",
		    "abcd" },
		{ "crypto.utils.array.toString(crypto.utils.array.truncate("
		  "A('abcd'), 3))",
		    "abc" },
		{ "crypto.utils.array.toHex(crypto.utils.array.XOR({1, 255}, "
		  "{3, 15}))",
		    "02F0" },
		{ "crypto.utils.array.toHex(crypto.utils.array.substitute("
		  "{1, 2}, {9, 8}))",
		    "0908" },
		{ "crypto.utils.array.toString(crypto.utils.array.permute("
		  "A('abc'), {3, 1, 2}))",
		    "cab" },
		{ "(function() local a = A('abcd') local s = "
		  "crypto.utils.array.slice local t = crypto.utils.array."
		  "toString return t(s(a)) .. t(s(a, 2, 3)) .. t(s(a, -2)) .. "
		  "t(s(a, 1, -2)) .. t(s(a, 9)) .. t(s(a, -9, 99)) end)()",
		    "abcdbccdabcabcd" },
		{ "(function() local a, u = A('abc'), crypto.utils "
		  "local c, q = u.array.copy(a), u.queue() c[1] = 120 "
		  "u.array.writeToQueue(q, a) return u.array.toString("
		  "u.array.readFromQueue(q, 2)) .. q.size() .. a[1] end)()",
		    "ab197" },
		{ "tostring(pcall(crypto.utils.array.toString, {256})) .. "
		  "tostring(pcall(crypto.utils.array.toString, {'x'})) .. "
		  "tostring(pcall(crypto.utils.array.toString, {-1}))",
		    "falsefalsefalse" },
	};

	CHECK_ALL(list);
}

/* What would take long ends by a limit, and the next message works. */
static void
ends(const struct vm_limits *limits, const char *text, enum verdict verdict)
{
	struct bench b;

	bench_open_with(&b, crypto_module(), 31, limits);
	bench_run(&b, "n = 1");
	bench_ends(&b, text, verdict);
	GIVES(&b, "return n .. crypto.digest.md5(S('abc')).asHex()",
	    "1900150983cd24fb0d6963f7d28e17f72");
	bench_close(&b);
}

TEST(crypto, endless_work_meets_the_instruction_limit)
{
	static const char *const texts[] = {
		"n = 2 crypto.kdf.pbkdf2(A('p'), A('s'), 1000000000, 20)",
		"n = 2 crypto.kdf.pbkdf2(A('p'), A('s'), math.maxinteger, "
		"1 << 30, 'sha256')",
		"n = 2 while true do pcall(crypto.kdf.pbkdf2, {}, {}, "
		"100000000, 20) end",
		"n = 2 local s = ('x'):rep(50000000) while true do "
		"crypto.digest.sha2_512(s) end",
		"n = 2 local s = ('x'):rep(50000000) while true do "
		"crypto.digest.md5(S(s)) end",
		"n = 2 local s = ('x'):rep(30000000) while true do "
		"crypto.digest.blake2b(s) end",
		"n = 2 local s = ('x'):rep(10000000) while true do "
		"crypto.cipher.aes.encrypt(s, K) end",
		"n = 2 local s = ('x'):rep(10000000) while true do "
		"crypto.cipher.norx.encrypt(K .. K, K .. K, s) end",
		"n = 2 local s = ('x'):rep(10000000) while true do "
		"crypto.cipher.morus.encrypt(K, K, s) end",
		"n = 2 local s = ('x'):rep(10000000) while true do "
		"crypto.cipher.issac.encrypt(s, K) end",
		"n = 2 while true do crypto.cipher.issac.random() end",
		"n = 2 while true do crypto.utils.hex.stringToHex(K) end",
	};

	struct vm_limits limits = vm_default_limits;

	limits.instructions = 100000000;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		ends(&limits, texts[i], VERDICT_INSTRUCTIONS);
}

TEST(crypto, large_results_meet_the_memory_limit)
{
	ends(&vm_default_limits,
	    "n = 2 crypto.utils.array.fromString(('x'):rep(100000000))",
	    VERDICT_MEMORY);
	ends(&vm_default_limits,
	    "n = 2 crypto.digest.md5(function() return 1 end)", VERDICT_MEMORY);
	ends(&vm_default_limits,
	    "n = 2 crypto.utils.hex.stringToHex(('x'):rep(120000000))",
	    VERDICT_MEMORY);
}
