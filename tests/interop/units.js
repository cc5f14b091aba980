/*
 * The networks' own client, @permaweb/aoconnect in legacy mode, unchanged,
 * against `aosh node`. Prints TAP.
 */
'use strict';
const assert = require('node:assert');
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const readline = require('node:readline');

const AOSH = path.resolve(process.env.AOSH);
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'aosh-interop-'));
const env = { ...process.env, AOSH_HOME: path.join(dir, 'data'), HOME: dir };

let tests = 0;
let failed = 0;

async function test(name, body) {
	let wrong;

	try {
		await body();
	} catch (e) {
		wrong = e;
	}
	tests++;
	failed += Boolean(wrong);
	console.log(`${wrong ? 'not ok' : 'ok'} ${tests} - ${name}`);
	if (wrong)
		console.log(`# ${String(wrong.stack).replace(/\n/g, '\n# ')}`);
}

function aosh(...args) {
	const r = spawnSync(AOSH, args, { env, encoding: 'utf8' });

	assert.strictEqual(r.status, 0, `aosh ${args.join(' ')}: ${r.stderr}`);
	return r.stdout.trim();
}

/* The address of a node that has just been started, and the node. */
async function startNode() {
	const node = spawn(AOSH, ['node', '--listen', '127.0.0.1:0', '--json'],
		{ env, stdio: ['ignore', 'pipe', 'inherit'] });

	for await (const line of readline.createInterface(node.stdout))
		return [JSON.parse(line).url, node];
	throw new Error('the node did not start');
}

async function run(url, wallet) {
	const { connect, createDataItemSigner } = require('@permaweb/aoconnect');
	const ao = connect({ MODE: 'legacy', MU_URL: url, CU_URL: url,
		GATEWAY_URL: url });
	const signer = createDataItemSigner(wallet);
	const process = aosh('spawn', 'counter', '-q');
	const tags = [{ name: 'Action', value: 'Eval' }];
	let last;

	await test('message and result', async () => {
		last = await ao.message({ process, signer, tags,
			data: 'Count = (Count or 0) + 1 return Count' });
		assert.match(last, /^[\w-]{43}$/);
		const r = await ao.result({ process, message: last });
		assert.strictEqual(r.Output.data, '1');
		assert.deepStrictEqual(r.Messages, []);
	});
	await test('an error is a result', async () => {
		const message = await ao.message({ process, signer, tags,
			data: 'error("no")' });
		const r = await ao.result({ process, message });
		assert.match(r.Error, /no/);
	});
	await test('results page by page, without the error', async () => {
		const all = await ao.results({ process, limit: 100 });
		const seen = [];
		let from;

		assert.strictEqual(all.edges.length, 2);
		for (;;) {
			const r = await ao.results({ process, from, limit: 1 });
			if (r.edges.length === 0)
				break;
			seen.push(...r.edges);
			from = r.edges[0].cursor;
		}
		assert.deepStrictEqual(seen, all.edges);
		const back = await ao.results({ process, sort: 'DESC', limit: 1 });
		assert.strictEqual(back.edges[0].node.Output.data, '1');
	});
	await test('a dry run changes nothing', async () => {
		const draft = { process, tags, data: 'Count = Count + 1 return Count' };

		/* without an owner of its own it may not evaluate */
		assert.match(JSON.stringify(await ao.dryrun(draft)), /Messages/);
		const Owner = aosh('wallet', 'address', path.join(dir, 'rsa'));
		for (let i = 0; i < 2; i++) {
			const r = await ao.dryrun({ ...draft, Owner });
			assert.strictEqual(r.Output.data, '2');
		}
	});
	await test('many at once have a slot each', async () => {
		const count = 40;
		const ids = await Promise.all(Array.from({ length: count }, (_, i) =>
			ao.message({ process, signer, tags,
				data: `Count = Count + 1 return ${i}` })));
		const results = await Promise.all(ids.map(
			(message) => ao.result({ process, message })));

		assert.deepStrictEqual(results.map((r) => r.Output.data),
			Array.from({ length: count }, (_, i) => String(i)));
		const r = await ao.dryrun({ process, tags, data: 'return Count',
			Owner: aosh('wallet', 'address', path.join(dir, 'rsa')) });
		assert.strictEqual(r.Output.data, String(1 + count));
	});
	await test('monitor and unmonitor', async () => {
		assert.match(await ao.monitor({ process, signer }), /^[\w-]{43}$/);
		assert.match(await ao.unmonitor({ process, signer }), /^[\w-]{43}$/);
		await assert.rejects(ao.unmonitor({ process, signer }), /404/);
	});
	await test('assign', async () => {
		const other = aosh('spawn', 'other', '-q');
		const id = await ao.assign({ process: other, message: last });
		const r = await ao.result({ process: other, message: id });

		/* it is evaluated there, and the process trusts no such thing */
		assert.match(r.Output.data, /^Assignment is not trusted/);
	});
	await test('spawn, by the module and scheduler that the gateway tells of', async () => {
		const { address } = await (await fetch(url)).json();
		const { data } = await (await fetch(`${url}/graphql`, { method: 'POST',
			body: JSON.stringify({ query: `{ transactions(tags: [
				{ name: "Data-Protocol", values: ["ao"] },
				{ name: "Type", values: ["Module"] }]) { edges { node { id } } } }` }) })).json();
		const child = await ao.spawn({ module: data.transactions.edges[0].node.id,
			scheduler: address, signer, data: '1984',
			tags: [{ name: 'Name', value: 'spawned' }] });
		const message = await ao.message({ process: child, signer, tags,
			data: 'return Name .. ao.id' });
		const r = await ao.result({ process: child, message });

		assert.strictEqual(r.Output.data, `spawned${child}`);
		await assert.rejects(ao.spawn({ module: 'A'.repeat(43), scheduler: address,
			signer }), /./);
	});
	await test('the module and the authority that the aos shell names', async () => {
		const module = 'ISShJH1ij-hPPt9St5UFFr_8Ys3Kj5cyg7zrMGt7H9s';
		const scheduler = '_GQ33BkPtZrqxA84vM8Zk-N2aO0toNNu_C-l-rawrBA';
		const authority = { name: 'Authority',
			value: 'fcoN_xJeisVsPXA-trzVAuIiqO3ydLQxM-L4XbrQKzY' };
		const make = (name) => ao.spawn({ module, scheduler, signer,
			tags: [{ name: 'Name', value: name }, authority] });
		const [a, b] = [await make('a'), await make('b')];
		const eval1 = async (process, data) => ao.result({ process,
			message: await ao.message({ process, signer, tags, data }) });

		await eval1(b, 'Handlers.add("ping", "Ping", function(m) m.reply({ Data = "pong" }) end)');
		await eval1(a, `Send({ Target = "${b}", Action = "Ping" }).onReply(
			function(m) Got = m.Data end)`);
		for (let i = 0; i < 200; i++) {
			const r = await eval1(a, 'return Got');
			if (r.Output.data === 'pong')
				return;
		}
		assert.fail('no answer that is trusted');
	});
	await test('an upload is there for a gateway\'s clients', async () => {
		const { ArweaveSigner, createData } = require('@dha-team/arbundles');
		const item = createData('hello', new ArweaveSigner(wallet),
			{ tags: [{ name: 'Type', value: 'Note' }] });

		await item.sign(new ArweaveSigner(wallet));
		const up = await (await fetch(`${url}/tx`, { method: 'POST',
			body: item.getRaw() })).json();
		assert.strictEqual(up.id, item.id);
		const r = await fetch(`${url}/${item.id}`);
		assert.strictEqual(await r.text(), 'hello');
		assert.strictEqual(r.headers.get('type'), 'Note');
	});
	await test('a refusal says why', async () => {
		await assert.rejects(ao.message({ process: 'A'.repeat(43), signer,
			tags }), /404: .*was not found/);
	});
}

async function main() {
	aosh('wallet', 'new', '--type', 'arweave', '-o', path.join(dir, 'rsa'),
		'-q');
	env.AOSH_WALLET = path.join(dir, 'rsa');
	const [url, node] = await startNode();

	try {
		await run(url, JSON.parse(fs.readFileSync(env.AOSH_WALLET, 'utf8')));
	} finally {
		node.kill('SIGTERM');
		await new Promise((done) => node.on('exit', done));
		fs.rmSync(dir, { recursive: true });
	}
	console.log(`1..${tests}`);
	process.exitCode = failed ? 1 : 0;
}

main().catch((e) => {
	console.error(e);
	process.exitCode = 1;
});
