/*
 * What a message and its result cost one aoconnect client, and how much of that
 * is the node: rounds against `aosh node` beside rounds against a stand-in, that
 * answers at once with bytes of the node's own. Behind `make interop`, which
 * installs the client:
 *
 *	B=build NODE_PATH=build/interop/node_modules node tests/bench/aoconnect.js
 */
'use strict';
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');
const readline = require('node:readline');

const ROUNDS = 60;
const AOSH = path.resolve(process.env.B || 'build', 'aosh');

/* The stand-in: a program of its own, so that nobody waits for its turn here. */
function standIn() {
	const replies = JSON.parse(process.argv[3]);

	http.createServer((request, response) => {
		request.resume();
		request.on('end', () => {
			const r = replies[request.method];

			response.writeHead(r.status,
				{ 'Content-Type': 'application/json' });
			response.end(r.body);
		});
	}).listen(0, '127.0.0.1', function () {
		console.log(JSON.stringify(
			{ url: `http://127.0.0.1:${this.address().port}` }));
	});
}

async function start(command, args, env) {
	const child = spawn(command, args,
		{ env, stdio: ['ignore', 'pipe', 'inherit'] });

	for await (const line of readline.createInterface(child.stdout))
		return { child, url: JSON.parse(line).url };
	throw new Error(`${command} did not start`);
}

function median(list) {
	return list.sort((a, b) => a - b)[list.length >> 1];
}

async function round(ao, signer, pid) {
	const tags = [{ name: 'Action', value: 'Eval' }];
	const begin = process.hrtime.bigint();
	const message = await ao.message({ process: pid, signer, tags,
		data: 'Count = (Count or 0) + 1 return Count' });

	await ao.result({ process: pid, message });
	return Number(process.hrtime.bigint() - begin) / 1e6;
}

async function main() {
	const { connect, createDataItemSigner } = require('@permaweb/aoconnect');
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'aosh-bench-'));
	const env = { ...process.env, HOME: dir,
		AOSH_HOME: path.join(dir, 'data') };
	const aosh = (...args) => spawnSync(AOSH, args,
		{ env, encoding: 'utf8' }).stdout.trim();
	const rsa = path.join(dir, 'rsa');

	aosh('wallet', 'new', '--type', 'arweave', '-o', rsa);
	env.AOSH_WALLET = rsa;
	const node = await start(AOSH,
		['node', '--listen', '127.0.0.1:0', '--json'], env);
	const pid = aosh('spawn', 'counter', '-q');
	const signer = createDataItemSigner(
		JSON.parse(fs.readFileSync(rsa, 'utf8')));
	const client = (url) => connect({ MODE: 'legacy', MU_URL: url,
		CU_URL: url, GATEWAY_URL: url });
	const ours = client(node.url);

	/* the bytes of a round, for the stand-in */
	const tags = [{ name: 'Action', value: 'Eval' }];
	const message = await ours.message({ process: pid, signer, tags,
		data: 'return 1' });
	const replies = {
		POST: { status: 202, body: JSON.stringify({ id: message,
			message: 'Processing DataItem' }) },
		GET: { status: 200, body: await (await fetch(
			`${node.url}/result/${message}?process-id=${pid}`)).text() },
	};
	const stand = await start(process.execPath,
		[__filename, 'stand-in', JSON.stringify(replies)], env);
	const theirs = client(stand.url);
	const times = { node: [], standIn: [] };

	for (let i = 0; i < ROUNDS; i++) {
		const a = await round(ours, signer, pid);
		const b = await round(theirs, signer, pid);

		/* the first ones compile the client */
		if (i < 5)
			continue;
		times.node.push(a);
		times.standIn.push(b);
	}
	const [a, b] = [median(times.node), median(times.standIn)];

	console.log(JSON.stringify({ workload: 'aoconnect', n: ROUNDS - 5,
		nodeMs: +a.toFixed(2), standInMs: +b.toFixed(2),
		ratio: +(a / b).toFixed(2) }));
	node.child.kill();
	stand.child.kill();
	fs.rmSync(dir, { recursive: true });
}

if (process.argv[2] === 'stand-in')
	standIn();
else
	main().catch((e) => {
		console.error(e);
		process.exit(1);
	});
