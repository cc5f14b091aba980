/*
 * The page of a node in a browser, headless Chromium, each of its views: what is
 * in the log, and that text of strangers stays text. Prints TAP.
 */
'use strict';
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const readline = require('node:readline');

const AOSH = path.resolve(process.env.AOSH);
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'aosh-page-'));
const env = { ...process.env, AOSH_HOME: path.join(dir, 'data'), HOME: dir };
const evil = '<img src=x onerror="document.title=\'owned\'">';
let tests = 0;
let failed = 0;

function check(ok, name, shown) {
	tests++;
	failed += !ok;
	console.log(`${ok ? 'ok' : 'not ok'} ${tests} - ${name}`);
	if (!ok)
		console.log(`# ${String(shown).replace(/\n/g, '\n# ')}`);
}

function aosh(...args) {
	const r = spawnSync(AOSH, args, { env, encoding: 'utf8' });

	if (r.status !== 0)
		throw new Error(`aosh ${args.join(' ')}: ${r.stderr}`);
	return r.stdout.trim();
}

async function startNode() {
	const node = spawn(AOSH, ['node', '--listen', '127.0.0.1:0', '--json'],
		{ env, stdio: ['ignore', 'pipe', 'inherit'] });

	for await (const line of readline.createInterface(node.stdout))
		return [JSON.parse(line).url, node];
	throw new Error('the node did not start');
}

/* The document as the browser has it, when the page has drawn itself. */
function draw(browser, url) {
	const r = spawnSync(browser, ['--headless=new', '--no-sandbox',
		'--disable-gpu', '--disable-dev-shm-usage',
		`--user-data-dir=${path.join(dir, 'browser')}`,
		'--virtual-time-budget=5000', '--dump-dom', url],
		{ encoding: 'utf8', timeout: 120000 });
	const body = r.stdout.match(/<header>[^]*?<\/main>/);

	return { title: r.stdout.match(/<title>(.*?)<\/title>/)?.[1],
		text: body ? body[0] : `${r.stdout}${r.stderr}` };
}

async function main() {
	const browser = ['chromium', 'chromium-browser', 'google-chrome'].find(
		(name) => spawnSync(name, ['--version']).status === 0);

	if (!browser) {
		console.log('1..0 # SKIP Chromium is not installed (Debian: chromium)');
		return;
	}
	const [url, node] = await startNode();
	try {
		const id = aosh('spawn', 'one & only', '-q');
		aosh('send', id, '--action', 'Greet', '--data', evil);
		aosh('eval', id, 'return "six times seven is " .. 6 * 7');
		aosh('eval', id, 'Send({ Target = ao.id, Data = "to itself" })');
		const escaped = '&lt;img src=x onerror=';
		for (const [view, wanted] of [
			['log', ['one &amp; only', 'Greet', escaped, 'six times seven is', 'Process']],
			['inbox', ['Greet', escaped, 'to itself']],
			['feed', ['six times seven is 42', '↗ 1']],
		]) {
			const page = draw(browser, `${url}/#${id}/${view}`);

			check(page.title === 'aosh', `${view}: nothing of it is run`, page.title);
			for (const text of wanted)
				check(page.text.includes(text), `${view}: ${text}`, page.text);
			check(/role="alert"><\/span>/.test(page.text), `${view}: no failure`, page.text);
		}
	} finally {
		node.kill('SIGTERM');
		await new Promise((done) => node.on('exit', done));
		fs.rmSync(dir, { recursive: true, force: true });
	}
	console.log(`1..${tests}`);
	process.exitCode = failed ? 1 : 0;
}

main().catch((e) => {
	console.error(e);
	process.exitCode = 1;
});
