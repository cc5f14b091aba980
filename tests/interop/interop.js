/*
 * aosh and the JavaScript libraries read each other's items and bundles.
 *
 * For every signature type that both know: items with random contents are
 * signed by the library and looked at by aosh, and the other way round, with
 * the same throw-away key. Where signatures are deterministic, the same content
 * must be the same bytes. Prints TAP.
 */
'use strict';
const { createHash, generateKeyPairSync } = require('node:crypto');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const AOSH = path.resolve(process.env.AOSH);
const SEED = Number(process.env.INTEROP_SEED || 20251125);
const RANDOM_CASES = 16;
const LIBRARIES = ['arbundles', '@dha-team/arbundles'];

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'aosh-interop-'));
process.on('exit', () => fs.rmSync(dir, { recursive: true }));

/* --- TAP --- */

let tests = 0;
let failed = 0;

function check(wrong, name) {
	const good = wrong.length === 0;

	tests++;
	failed += !good;
	console.log(`${good ? 'ok' : 'not ok'} ${tests} - ${name}`);
	for (const line of wrong.slice(0, 10))
		console.log(`# ${line}`);
}

/* --- random contents --- */

/* The same numbers for the same seed (mulberry32). */
let state = SEED;
function random(n) {
	state = (state + 0x6d2b79f5) | 0;
	let t = Math.imul(state ^ (state >>> 15), 1 | state);
	t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
	return ((t ^ (t >>> 14)) >>> 0) % n;
}

function bytes(n) {
	return Buffer.from(Array.from({ length: n }, () => random(256)));
}

const letters = [...'abcXYZ019 =-_.,/{}"\'\\\n\täßñ→漢字🙂\u0301'];
function text(longest, shortest = 0) {
	const n = shortest + random(longest - shortest + 1);

	return Array.from({ length: n },
		() => letters[random(letters.length)]).join('');
}

/* An anchor is 32 bytes of text to the libraries. */
function anchor() {
	return Array.from({ length: 32 },
		() => letters[random(20)].replace(/[^\x20-\x7e]/, '.')).join('');
}

function tag() {
	return { name: text(10, 1).replaceAll('=', '.'), value: text(30) };
}

function randomCase() {
	return {
		data: bytes([0, 1, 100, 5000, 400000][random(5)]),
		tags: Array.from({ length: random(12) }, tag),
		target: random(2) ? bytes(32).toString('base64url') : undefined,
		anchor: random(2) ? anchor() : undefined,
	};
}

function cases() {
	const target = bytes(32).toString('base64url');
	const many = Array.from({ length: 128 },
		(_, i) => ({ name: `N${i}`, value: `${i}` }));
	const edges = [
		{ data: bytes(0), tags: [] },
		{ data: bytes(0), tags: [], target, anchor: anchor() },
		{ data: bytes(1), tags: many },
		{ data: bytes(10), tags: many, target, anchor: anchor() },
		{ data: Buffer.from('text'), tags: [{ name: 'ä🙂', value: '漢字' }] },
		{ data: bytes(3), tags: [{ name: 'n', value: '' }] },
		{ data: bytes(3), tags: [{ name: 'n'.repeat(1024),
			value: 'v'.repeat(3000) }] },
	];

	return edges.concat(Array.from({ length: RANDOM_CASES }, randomCase));
}

/* --- keys --- */

function base58(buffer) {
	const digits = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
	let n = BigInt(`0x${buffer.toString('hex')}`);
	let out = '';

	for (; n > 0n; n /= 58n)
		out = digits[Number(n % 58n)] + out;
	for (const byte of buffer) {
		if (byte)
			break;
		out = `1${out}`;
	}
	return out;
}

function write(name, content) {
	const file = path.join(dir, name);

	fs.writeFileSync(file, content, { mode: 0o600 });
	return file;
}

const jwk = {
	rsa: generateKeyPairSync('rsa', { modulusLength: 4096 })
		.privateKey.export({ format: 'jwk' }),
	ed: generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }),
	ec: generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
		.privateKey.export({ format: 'jwk' }),
};
const decode = (s) => Buffer.from(s, 'base64url');
const pair = Buffer.concat([decode(jwk.ed.d), decode(jwk.ed.x)]);
const secret = decode(jwk.ec.d).toString('hex');
const files = {
	rsa: write('rsa.json', JSON.stringify(jwk.rsa)),
	ed: write('ed.json', JSON.stringify(jwk.ed)),
	ec: write('ec.json', JSON.stringify(jwk.ec)),
	solana: write('solana.json', JSON.stringify([...pair])),
};

/* Name, number, key file, how the library signs; same: deterministic. */
const TYPES = [
	{ name: 'arweave', number: 1, file: files.rsa, same: false,
		signer: (lib) => new lib.ArweaveSigner(jwk.rsa) },
	{ name: 'ed25519', number: 2, file: files.ed, same: true,
		signer: (lib) => new lib.SolanaSigner(base58(pair)) },
	{ name: 'ethereum', number: 3, file: files.ec, same: true,
		signer: (lib) => new lib.EthereumSigner(secret) },
	{ name: 'solana', number: 4, file: files.ed, same: true,
		signer: (lib) => new lib.HexSolanaSigner(base58(pair)) },
	{ name: 'solana', number: 4, file: files.solana, same: true,
		signer: (lib) => new lib.HexSolanaSigner(base58(pair)) },
	{ name: 'typed-ethereum', number: 7, file: files.ec, same: true,
		signer: (lib) => new lib.TypedEthereumSigner(secret) },
];

/* --- running aosh --- */

const env = { ...process.env, AOSH_HOME: path.join(dir, 'data') };

function aosh(args, input) {
	const r = spawnSync(AOSH, args, { input: input || '', env,
		maxBuffer: 1 << 28 });

	if (r.error)
		throw r.error;
	return { code: r.status, out: r.stdout,
		err: r.stderr.toString().trim() };
}

function objects(r) {
	return r.out.toString().split('\n').filter((l) => l).map(JSON.parse);
}

/* --- comparing --- */

const sha256 = (b) => createHash('sha256').update(b).digest('base64url');

/* What `inspect --json` must say, by the library. */
async function expected(item) {
	const target = Buffer.from(item.rawTarget).toString('base64url');
	const anchored = Buffer.from(item.rawAnchor).toString('base64url');

	return {
		valid: true,
		reason: null,
		id: item.id,
		signatureType: item.signatureType,
		owner: item.owner,
		target: target || null,
		anchor: anchored || null,
		tags: item.tags,
		dataSize: item.rawData.length,
		dataSha256: sha256(item.rawData),
		deepHash: Buffer.from(await item.getSignatureData())
			.toString('base64url'),
	};
}

function differences(label, want, got) {
	const wrong = [];

	for (const key of Object.keys(want)) {
		const a = JSON.stringify(want[key]);
		const b = JSON.stringify(got && got[key]);

		if (a !== b)
			wrong.push(`${label}: ${key} is ${b}, not ${a}`);
	}
	return wrong;
}

/* --- items that the library signs --- */

async function signed(lib, type, c) {
	const signer = type.signer(lib);
	const item = lib.createData(c.data, signer,
		{ tags: c.tags, target: c.target, anchor: c.anchor });

	await item.sign(signer);
	return item;
}

async function toAosh(lib, type, all) {
	const items = [];
	const paths = [];
	let wrong = [];

	for (const [i, c] of all.entries()) {
		items.push(await signed(lib, type, c));
		paths.push(write(`js-${i}.item`, items[i].getRaw()));
	}
	const r = aosh(['item', 'inspect', '--json', ...paths]);
	const got = objects(r);

	if (r.code !== 0)
		wrong.push(`inspect ends with ${r.code}: ${r.err}`);
	for (const [i, item] of items.entries())
		wrong = wrong.concat(differences(`item ${i}`,
			await expected(item), got[i]));
	const ids = aosh(['item', 'verify', '--', ...paths]).out.toString();

	if (ids !== items.map((x, i) => `${paths[i]}: ${x.id}\n`).join(''))
		wrong.push('verify gives other ids');
	return { items, wrong };
}

/* --- items that aosh signs --- */

function aoshSigns(type, c) {
	const file = write('content', c.data);
	const args = ['item', 'sign', '--wallet', type.file, '--type', type.name,
		file];

	if (c.target)
		args.push(`--target=${c.target}`);
	if (c.anchor)
		args.push(`--anchor=${c.anchor}`);
	for (const t of c.tags)
		args.push(`--tag=${t.name}=${t.value}`);
	return aosh(args);
}

async function compareSigned(lib, type, c, own, raw, label) {
	const item = new lib.DataItem(raw);
	const wrong = differences(label, {
		valid: true,
		type: type.number,
		id: own.id,
		owner: own.owner,
		target: c.target || '',
		anchor: c.anchor || '',
		tags: c.tags,
		data: sha256(c.data),
	}, {
		valid: await lib.DataItem.verify(raw),
		type: item.signatureType,
		id: item.id,
		owner: item.owner,
		target: Buffer.from(item.rawTarget).toString('base64url'),
		anchor: Buffer.from(item.rawAnchor).toString(),
		tags: item.tags,
		data: sha256(item.rawData),
	});

	if (type.same &&
	    !Buffer.from((await signed(lib, type, c)).getRaw()).equals(raw))
		wrong.push(`${label}: the library signs the same to other bytes`);
	return wrong;
}

async function fromAosh(lib, type, all) {
	let wrong = [];

	for (const [i, c] of all.entries()) {
		const r = aoshSigns(type, c);

		if (r.code !== 0) {
			wrong.push(`item ${i}: sign ends with ${r.code}: ${r.err}`);
			continue;
		}
		const own = objects(aosh(['item', 'inspect', '--json', '-'],
			r.out))[0];
		wrong = wrong.concat(await compareSigned(lib, type, c, own, r.out,
			`item ${i}`));
	}
	return wrong;
}

/* --- bundles --- */

async function bundles(lib, items) {
	const bundle = await lib.bundleAndSignData(items);
	const raw = Buffer.from(bundle.getRaw());
	const file = write('js.bundle', raw);
	const ids = items.map((x) => x.id);
	const wrong = [];
	const r = aosh(['item', 'inspect', '--json', '--bundle', file]);
	const got = objects(r);

	if (r.code !== 0 || got.some((o) => !o.valid))
		wrong.push(`inspect ends with ${r.code}: ${r.err}`);
	wrong.push(...differences('inspect', { ids },
		{ ids: got.map((o) => o.id) }));
	const verified = aosh(['item', 'verify', '--bundle', file]);

	wrong.push(...differences('verify', { ids },
		{ ids: verified.out.toString().trim().split('\n') }));
	const paths = items.map((x, i) => write(`part-${i}`, x.getRaw()));
	const own = aosh(['item', 'bundle', ...paths]).out;

	if (!own.equals(raw))
		wrong.push('aosh makes another bundle of the same items');
	if (!await lib.unbundleData(own).verify())
		wrong.push('the library refuses the bundle that aosh made');
	return { raw, wrong };
}

async function nested(lib, raw, ids) {
	const tags = [{ name: 'Bundle-Format', value: 'binary' },
		{ name: 'Bundle-Version', value: '2.0.0' }];
	const holder = await signed(lib, TYPES[1], { data: raw, tags });
	const outer = await lib.bundleAndSignData([holder]);
	const wrong = [];
	let r = aosh(['item', 'verify', '--bundle', '-'],
		Buffer.from(outer.getRaw()));

	wrong.push(...differences('in a bundle', { code: 0, id: holder.id },
		{ code: r.code, id: r.out.toString().trim() }));
	r = aosh(['item', 'verify', '--bundle', '-'],
		Buffer.from(holder.getRaw()));
	wrong.push(...differences('as an item', { ids },
		{ ids: r.out.toString().trim().split('\n') }));
	return wrong;
}

/* --- all of it --- */

async function library(name) {
	const lib = require(name);
	const mixed = [];

	for (const type of TYPES) {
		const all = cases();
		const label = `${name}, ${type.name}, ${path.basename(type.file)}`;
		const made = await toAosh(lib, type, all);

		check(made.wrong, `${label}: aosh reads what the library signs`);
		mixed.push(...made.items.slice(0, 8));
		check(await fromAosh(lib, type, all),
			`${label}: the library reads what aosh signs`);
	}
	const { raw, wrong } = await bundles(lib, mixed);

	check(wrong, `${name}: bundles`);
	check(await nested(lib, raw, mixed.map((x) => x.id)),
		`${name}: a bundle in a bundle`);
	const empty = Buffer.from((await lib.bundleAndSignData([])).getRaw());

	const { code, err } = aosh(['item', 'verify', '--bundle', '-'], empty);

	check(differences('verify', { code: 0, err: '' }, { code, err }),
		`${name}: a bundle without items`);
}

async function main() {
	console.log(`# INTEROP_SEED=${SEED}`);
	for (const name of LIBRARIES)
		await library(name);
	console.log(`1..${tests}`);
	if (failed)
		console.log(`# ${failed} of ${tests} failed`);
	process.exitCode = failed ? 1 : 0;
}

main().catch((e) => {
	console.log(`Bail out! ${e.stack}`);
	process.exitCode = 1;
});
