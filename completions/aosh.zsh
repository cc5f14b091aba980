#compdef aosh
# zsh completion for aosh, made by completions/generate: do not edit.

_aosh_processes()
{
	local -a names
	names=(${(f)"$(_call_program processes aosh list --json 2>/dev/null |
		sed -n 's/.*"name":"\([^"\\]*\)".*/\1/p')"})
	compadd -a names
}

_aosh_wallets()
{
	local -a names
	names=(${(f)"$(_call_program wallets aosh wallet list --json 2>/dev/null |
		sed -n 's/^{"name":"\([^"\\]*\)".*/\1/p')"})
	compadd -a names
	_files
}

_aosh_either()
{
	_aosh_processes
	_files
}

_aosh_commands()
{
	local -a commands
	commands=(
		'eval:evaluate Lua in a process'
		'spawn:make a new process and print its id'
		'send:send a message to a process'
		'dryrun:evaluate a message and keep nothing of it'
		'result:show the result of a message, once more'
		'inbox:show the messages in a process'\''s inbox'
		'cache:show what a process shows of its state'
		'list:list the processes'
		'adopt:give a process a name of one'\''s own'
		'log:list the messages of a process'
		'tail:show what happens in processes, line by line'
		'watch:show processes on the whole screen, live'
		'verify:evaluate logs again and compare the results'
		'replay:evaluate a log again and show what each slot gives'
		'at:evaluate Lua in the state as of a slot, keeping nothing'
		'diff:show what changed in the state between two slots'
		'trace:show everything that a message caused'
		'cron:show the schedules of a process and their last ticks'
		'monitor:deliver what the cron ticks of a process send'
		'unmonitor:deliver it no more'
		'stop:evaluate no more messages of a process, and deliver none'
		'start:go on with a process that was stopped'
		'status:show the node, where its data are, and how it is'
		'doctor:look whether the set-up is right, and say what to do'
		'node:serve the networks'\'' units over HTTP, without a shell'
		'wallet:commands of wallet'
		'item:commands of item'
		'eval-json:answer messages to one process, a line of JSON each'
		'bench:measure this program on this machine'
		'help:explain a command or what Lua has, or list commands'
	)
	_describe -t commands command commands
}

_aosh_first()
{
	_aosh_commands
	_aosh_processes
}

_aosh()
{
	local context state state_descr line
	local -a global commands
	typeset -A opt_args

	global=(
		'*--data-dir=[keep the data there (AOSH_HOME)]:DIR:_files'
		'*--config=[take settings from that file (AOSH_CONFIG)]:FILE:_files'
		'*--profile=[take the settings of that profile, too (AOSH_PROFILE)]:NAME: '
		'*--no-config[take no settings from a file]'
		'*--ephemeral[keep everything in memory, leave nothing behind]'
		'*--wallet=[sign with that wallet (AOSH_WALLET)]:NAME|FILE:_aosh_wallets'
		'*--password-fd=[read the wallet'\''s password from that descriptor, a line]:N: '
		'*--json[print one JSON object per line]'
		'*--quiet[no notes on standard error]'
		'*-q[no notes on standard error]'
		'*--color=[when to use colours]:auto|always|never:(auto always never)'
		'*--colour=[when to use colours]:auto|always|never:(auto always never)'
		'*--timeout=[how long to wait for a result]:SECONDS: '
		'*--net=[where processes are\: here, or on a network; mainnet\: not yet]:local|legacy|mainnet:(local legacy mainnet)'
		'*--legacy[the same as --net legacy]'
		'*--dev[the same, with the addresses of the development network]'
		'*--mainnet=[the same as --net mainnet, which is refused]:URL: '
		'*--url=[all units of the network are there]:URL: '
		'*--mu-url=[its messenger unit is there (MU_URL)]:URL: '
		'*--cu-url=[its compute unit is there (CU_URL)]:URL: '
		'*--su-url=[its scheduler unit is there (SU_URL)]:URL: '
		'*--gateway-url=[a gateway is there, more behind commas (GATEWAY_URL)]:URL: '
		'*--help[show this]'
		'*-h[show this]'
		'*--version[show the version]'
		'*-V[show the version]'
		'*--commands[show the table of commands, for programs]'
	)
	_arguments -C $global \
		'*--run=[run that text and end; may be repeated]:TEXT: ' \
		'*-c+[run that text and end; may be repeated]:TEXT: ' \
		'*--file=[run that script and end; '\''-'\'' is standard input]:FILE:_files' \
		'*-f+[run that script and end; '\''-'\'' is standard input]:FILE:_files' \
		'*--load=[first evaluate that Lua file; may be repeated]:FILE:_files' \
		'*--path=[where modules may be, too, split by colons (AOSH_PATH)]:FOLDERS:_files' \
		'*--dry-run[keep nothing of what is evaluated]' \
		'*--dryrun[keep nothing of what is evaluated]' \
		'*--keep-going[do not stop a script at the first failure]' \
		'*-k[do not stop a script at the first failure]' \
		'*--no-rc[do not begin with the rc file'\''s commands]' \
		'*--pane[show the process above the prompt, live]' \
		'*--monitor[deliver what its cron ticks send, from now on]' \
		'*--address=[the process of that id, or of that owner; spawns none]:ID|ADDRESS: ' \
		'*--list[the same as list]' \
		'*--watch=[the same as tail -f]:NAME|ID: ' \
		'*--get-blueprints=[write the blueprints there, as files]:FOLDER:_files' \
		'*--hyper[no effect, as in aos]' \
		'*--topup[of the mainnet, and refused with it]' \
		'*--module=[the program to run; without\: the built-in library]:ID: ' \
		'*--sqlite[the program to run is the networks'\'' one with SQLite]' \
		'*--tag=[a tag of the new process; may be repeated]:NAME=VALUE: ' \
		'*-t+[a tag of the new process; may be repeated]:NAME=VALUE: ' \
		'*--tag-name=[the same as in aos, with a --tag-value behind it]:NAME: ' \
		'*--tag-value=[the value of the --tag-name of the same place]:VALUE: ' \
		'*--scheduler=[who gives it slots, on a network (SCHEDULER)]:ADDRESS: ' \
		'*--authority=[whose pushes it trusts, split by commas (AUTHORITY)]:ADDRESSES: ' \
		'*--cron=[a schedule of its cron, as 5-minutes; may be repeated]:N-UNIT: ' \
		'*--cron-tag=[a tag of the messages of the --cron before it]:NAME=VALUE: ' \
		'*--data=[the data of the spawn message; a file'\''s name is the file, too]:TEXT|@FILE|@-: ' \
		'1:command:_aosh_first' '*::argument:->rest' && return
	[[ $state == rest ]] || return
	case $words[1] in
	item)
		if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
			commands=(
				'inspect:show data items, and whether they are valid'
				'verify:print the ids of valid data items, and what others lack'
				'sign:make a data item and sign it'
				'bundle:make a bundle of data items'
				'get:write the item of a message or assignment'
			)
			_describe -t commands command commands
			return
		fi
		words[1]="item $words[2]"
		words=("$words[1]" "${(@)words[3,-1]}")
		(( CURRENT-- ))
		;;
	wallet)
		if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
			commands=(
				'new:make a key and print its address'
				'address:print a wallet'\''s address, as processes see it'
				'list:list the wallets; '\''*'\'' is the one that signs'
				'import:take over a key of another program; '\''-'\'' is standard input'
				'export:print a key for other programs; without --public: secret'
				'encrypt:put a wallet under a password'
				'decrypt:take a wallet'\''s password away'
			)
			_describe -t commands command commands
			return
		fi
		words[1]="wallet $words[2]"
		words=("$words[1]" "${(@)words[3,-1]}")
		(( CURRENT-- ))
		;;
	esac
	case $words[1] in
	'eval')
		_arguments $global \
			'*--file=[evaluate a file; '\''-'\'' is standard input]:FILE:_files' \
			'*-f+[evaluate a file; '\''-'\'' is standard input]:FILE:_files' \
			'*--path=[where modules may be, too, split by colons (AOSH_PATH)]:FOLDERS:_files' \
			'1:argument:_aosh_processes' \
			'*:argument: '
		;;
	'spawn')
		_arguments $global \
			'*--module=[the program to run; without\: the built-in library]:ID: ' \
			'*--sqlite[the program to run is the networks'\'' one with SQLite]' \
			'*--tag=[a tag of the new process; may be repeated]:NAME=VALUE: ' \
			'*-t+[a tag of the new process; may be repeated]:NAME=VALUE: ' \
			'*--tag-name=[the same as in aos, with a --tag-value behind it]:NAME: ' \
			'*--tag-value=[the value of the --tag-name of the same place]:VALUE: ' \
			'*--scheduler=[who gives it slots, on a network (SCHEDULER)]:ADDRESS: ' \
			'*--authority=[whose pushes it trusts, split by commas (AUTHORITY)]:ADDRESSES: ' \
			'*--cron=[a schedule of its cron, as 5-minutes; may be repeated]:N-UNIT: ' \
			'*--cron-tag=[a tag of the messages of the --cron before it]:NAME=VALUE: ' \
			'*--data=[the data of the spawn message]:TEXT|@FILE|@-: ' \
			'*-d+[the data of the spawn message]:TEXT|@FILE|@-: ' \
			'1:argument: ' \
			'*:argument: '
		;;
	'send')
		_arguments $global \
			'*--action=[the tag Action of the message]:ACTION: ' \
			'*-a+[the tag Action of the message]:ACTION: ' \
			'*--tag=[a tag of the message; may be repeated]:NAME=VALUE: ' \
			'*-t+[a tag of the message; may be repeated]:NAME=VALUE: ' \
			'*--data=[the data of the message]:TEXT|@FILE|@-: ' \
			'*-d+[the data of the message]:TEXT|@FILE|@-: ' \
			'*--wait[wait for the result and show it]' \
			'*-w[wait for the result and show it]' \
			'1:argument:_aosh_processes' \
			'*:argument: '
		;;
	'dryrun')
		_arguments $global \
			'*--action=[the tag Action of the message; without\: Eval of CODE]:ACTION: ' \
			'*-a+[the tag Action of the message; without\: Eval of CODE]:ACTION: ' \
			'*--tag=[a tag of the message; may be repeated]:NAME=VALUE: ' \
			'*-t+[a tag of the message; may be repeated]:NAME=VALUE: ' \
			'*--data=[the data of the message]:TEXT|@FILE|@-: ' \
			'*-d+[the data of the message]:TEXT|@FILE|@-: ' \
			'1:argument:_aosh_processes' \
			'*:argument: '
		;;
	'result')
		_arguments $global \
			'1:argument:_aosh_processes' \
			'*:argument: '
		;;
	'inbox')
		_arguments $global \
			'*--count=[the newest N messages; without\: 20]:N: ' \
			'*-n+[the newest N messages; without\: 20]:N: ' \
			'1:argument:_aosh_processes' \
			'*:argument: '
		;;
	'cache')
		_arguments $global \
			'1:argument:_aosh_processes' \
			'*:argument: '
		;;
	'list' | 'ls')
		_arguments $global \
			'1:argument: ' \
			'*:argument: '
		;;
	'adopt')
		_arguments $global \
			'1:argument:_aosh_processes' \
			'*:argument: '
		;;
	'log')
		_arguments $global \
			'*--from=[the first slot to show]:SLOT: ' \
			'*--to=[the last slot to show]:SLOT: ' \
			'*--export=[write the whole log to a new file; '\''-'\'' is standard output]:FILE:_files' \
			'*--import=[verify such a file and take the process over from it]:FILE:_files' \
			'1:argument:_aosh_processes' \
			'*:argument: '
		;;
	'tail')
		_arguments $global \
			'*--follow[go on with what comes]' \
			'*-f[go on with what comes]' \
			'*--count=[begin with the newest N lines]:N: ' \
			'*-n+[begin with the newest N lines]:N: ' \
			'*--from=[begin at that slot]:SLOT: ' \
			'*--cursor=[begin where the last run with that file ended]:FILE:_files' \
			'*--inbox[only messages that came]' \
			'*--cron[only cron ticks and what they caused]' \
			'*--results[only results\: output, prints and errors]' \
			'*--filter=[only lines that all words fit, like '\''action=Ping !from=ID'\'']:WORDS: ' \
			'1:argument:_aosh_processes' \
			'*:argument:_aosh_processes'
		;;
	'watch')
		_arguments $global \
			'1:argument:_aosh_processes' \
			'*:argument:_aosh_processes'
		;;
	'verify')
		_arguments $global \
			'*--all[all processes of the node]' \
			'*--attestation=[compare what another node attests, too]:FILE:_files' \
			'*--jobs=[so many logs at a time; without\: one for each processor]:N: ' \
			'*-j+[so many logs at a time; without\: one for each processor]:N: ' \
			'*--no-signatures[results and chains alone\: the node checked signatures]' \
			'*--output=[write the node'\''s attestation of the log to a new file]:FILE:_files' \
			'*-o+[write the node'\''s attestation of the log to a new file]:FILE:_files' \
			'1:argument:_aosh_either' \
			'*:argument:_aosh_either'
		;;
	'replay')
		_arguments $global \
			'*--from=[the first slot to show]:SLOT: ' \
			'*--to=[the last slot to show]:SLOT: ' \
			'1:argument:_aosh_processes' \
			'*:argument: '
		;;
	'at')
		_arguments $global \
			'1:argument:_aosh_processes' \
			'*:argument: '
		;;
	'diff')
		_arguments $global \
			'1:argument:_aosh_processes' \
			'*:argument: '
		;;
	'trace')
		_arguments $global \
			'*--depth=[follow so many levels; without\: 100]:N: ' \
			'*--count=[show so many entries; without\: 1000]:N: ' \
			'*-n+[show so many entries; without\: 1000]:N: ' \
			'1:argument: ' \
			'*:argument: '
		;;
	'cron')
		_arguments $global \
			'1:argument:_aosh_processes' \
			'*:argument: '
		;;
	'monitor')
		_arguments $global \
			'1:argument:_aosh_processes' \
			'*:argument: '
		;;
	'unmonitor')
		_arguments $global \
			'1:argument:_aosh_processes' \
			'*:argument: '
		;;
	'stop')
		_arguments $global \
			'1:argument:_aosh_processes' \
			'*:argument: '
		;;
	'start')
		_arguments $global \
			'1:argument:_aosh_processes' \
			'*:argument: '
		;;
	'status')
		_arguments $global \
			'1:argument: ' \
			'*:argument: '
		;;
	'doctor')
		_arguments $global \
			'1:argument: ' \
			'*:argument: '
		;;
	'node')
		_arguments $global \
			'*--listen=[listen there instead of at 127.0.0.1\:8734; port 0\: any; a path\: a Unix socket]:HOST\:PORT|PATH: ' \
			'*-l+[listen there instead of at 127.0.0.1\:8734; port 0\: any; a path\: a Unix socket]:HOST\:PORT|PATH: ' \
			'*--access-log=[append a line of JSON for each request]:FILE:_files' \
			'*--rate=[so many requests a second from one address; 0\: any number]:N: ' \
			'1:argument: ' \
			'*:argument: '
		;;
	'wallet new')
		_arguments $global \
			'*--type=[the type of the key; without\: ed25519]:ed25519|arweave|ethereum|solana:(ed25519 arweave ethereum solana)' \
			'*--output=[write that file, outside the data directory]:FILE:_files' \
			'*-o+[write that file, outside the data directory]:FILE:_files' \
			'*--encrypt[put it under a password, which is asked for]' \
			'1:argument: ' \
			'*:argument: '
		;;
	'wallet address')
		_arguments $global \
			'1:argument:_aosh_wallets' \
			'*:argument: '
		;;
	'wallet list')
		_arguments $global \
			'1:argument: ' \
			'*:argument: '
		;;
	'wallet import')
		_arguments $global \
			'*--type=[the type of the key, where its form does not say it]:ed25519|arweave|ethereum|solana:(ed25519 arweave ethereum solana)' \
			'1:argument:_files' \
			'*:argument: '
		;;
	'wallet export')
		_arguments $global \
			'*--output=[write that new file, which only you can read]:FILE:_files' \
			'*-o+[write that new file, which only you can read]:FILE:_files' \
			'*--public[the public key alone]' \
			'1:argument:_aosh_wallets' \
			'*:argument: '
		;;
	'wallet encrypt')
		_arguments $global \
			'*--output=[write that new file and leave the wallet as it is]:FILE:_files' \
			'*-o+[write that new file and leave the wallet as it is]:FILE:_files' \
			'1:argument:_aosh_wallets' \
			'*:argument: '
		;;
	'wallet decrypt')
		_arguments $global \
			'*--output=[write that new file and leave the wallet as it is]:FILE:_files' \
			'*-o+[write that new file and leave the wallet as it is]:FILE:_files' \
			'1:argument:_aosh_wallets' \
			'*:argument: '
		;;
	'item inspect')
		_arguments $global \
			'*--bundle[the file is a bundle, or an item with one\: show the items in it]' \
			'1:argument:_files' \
			'*:argument:_files'
		;;
	'item verify')
		_arguments $global \
			'*--bundle[the file is a bundle, or an item with one\: verify the items in it]' \
			'1:argument:_files' \
			'*:argument:_files'
		;;
	'item sign')
		_arguments $global \
			'*--target=[to whom\: an id of 43 characters]:ID: ' \
			'*--anchor=[32 bytes, or 43 characters of base64url; without\: none]:TEXT: ' \
			'*--tag=[a tag of the item; may be repeated]:NAME=VALUE: ' \
			'*-t+[a tag of the item; may be repeated]:NAME=VALUE: ' \
			'*--data=[the data, in place of FILE]:TEXT|@FILE|@-: ' \
			'*-d+[the data, in place of FILE]:TEXT|@FILE|@-: ' \
			'*--type=[the type of the signature; without\: the wallet'\''s own]:ed25519|arweave|ethereum|solana|typed-ethereum:(ed25519 arweave ethereum solana typed-ethereum)' \
			'*--output=[write a new file, and print the id]:FILE:_files' \
			'*-o+[write a new file, and print the id]:FILE:_files' \
			'1:argument:_files' \
			'*:argument: '
		;;
	'item bundle')
		_arguments $global \
			'*--output=[write a new file]:FILE:_files' \
			'*-o+[write a new file]:FILE:_files' \
			'1:argument:_files' \
			'*:argument:_files'
		;;
	'item get')
		_arguments $global \
			'*--output=[write a new file]:FILE:_files' \
			'*-o+[write a new file]:FILE:_files' \
			'1:argument: ' \
			'*:argument: '
		;;
	'eval-json')
		_arguments $global \
			'*--variant=[which library\: that of aos, the default, or of hyper-aos]:classic|hyper:(classic hyper)' \
			'*--load=[first evaluate that Lua file; may be repeated]:FILE:_files' \
			'*--limit-ms=[end a request after so many milliseconds]:N: ' \
			'*--limit-mb=[let the state grow to so many MiB (256)]:N: ' \
			'1:argument: ' \
			'*:argument: '
		;;
	'bench')
		_arguments $global \
			'*--count=[so many, in place of the workload'\''s own number]:N: ' \
			'*-n+[so many, in place of the workload'\''s own number]:N: ' \
			'*--threads=[so many senders at once (16)]:N: ' \
			'1:argument: ' \
			'*:argument: '
		;;
	'help')
		_arguments $global \
			'1:argument:_aosh_commands' \
			'*:argument: '
		;;
	*)
		_arguments $global '*:file:_files'
		;;
	esac
}

_aosh "$@"
