# fish completion for aosh, made by completions/generate: do not edit.

# The command's words, and behind them how many arguments there are.
function __aosh_words
	set -l skip 0
	set -l words
	for word in (commandline -opc)[2..-1]
		if test $skip = 1
			set skip 0
		else if contains -- $word --data-dir --config --profile --wallet --password-fd --color --timeout --net --mainnet --url --mu-url --cu-url --su-url --gateway-url --run -c --file -f --load --path --address --watch --get-blueprints --module --tag -t --tag-name --tag-value --scheduler --authority --cron --cron-tag --data
			set skip 1
		else if not string match -q -- '-*' $word
			set -a words $word
		end
	end
	if test (count $words) -ge 2; and contains -- $words[1] item wallet
		set words "$words[1] $words[2]" $words[3..-1]
	end
	string join \n -- $words
end

function __aosh_is
	set -l words (__aosh_words)
	test (count $words) -ge 1; and contains -- "$words[1]" $argv
end

function __aosh_at
	set -l words (__aosh_words)
	test (count $words) -$argv[1] $argv[2]
	and contains -- "$words[1]" $argv[3..-1]
end

function __aosh_first
	test (count (__aosh_words)) -eq 0
end

function __aosh_open
	set -l words (__aosh_words)
	test (count $words) -eq 0; or not contains -- "$words[1]" (__aosh_names)
end

function __aosh_processes
	command aosh list --json 2>/dev/null </dev/null |
		string match -rg '"name":"([^"\\\\]+)"'
end

function __aosh_wallets
	command aosh wallet list --json 2>/dev/null </dev/null |
		string match -rg '^\{"name":"([^"\\\\]+)"'
end

function __aosh_names
	printf '%s\n' 'eval' 'spawn' 'send' 'dryrun' 'result' 'inbox' 'cache' 'list' 'ls' 'adopt' 'log' 'tail' 'watch' 'verify' 'replay' 'at' 'diff' 'trace' 'cron' 'monitor' 'unmonitor' 'stop' 'start' 'status' 'doctor' 'node' 'wallet new' 'wallet address' 'wallet list' 'wallet import' 'wallet export' 'wallet encrypt' 'wallet decrypt' 'item inspect' 'item verify' 'item sign' 'item bundle' 'item get' 'eval-json' 'bench' 'help' 'item' 'wallet'
end

function __aosh_commands
	printf '%s\t%s\n' eval 'evaluate Lua in a process'
	printf '%s\t%s\n' spawn 'make a new process and print its id'
	printf '%s\t%s\n' send 'send a message to a process'
	printf '%s\t%s\n' dryrun 'evaluate a message and keep nothing of it'
	printf '%s\t%s\n' result 'show the result of a message, once more'
	printf '%s\t%s\n' inbox 'show the messages in a process'\''s inbox'
	printf '%s\t%s\n' cache 'show what a process shows of its state'
	printf '%s\t%s\n' list 'list the processes'
	printf '%s\t%s\n' adopt 'give a process a name of one'\''s own'
	printf '%s\t%s\n' log 'list the messages of a process'
	printf '%s\t%s\n' tail 'show what happens in processes, line by line'
	printf '%s\t%s\n' watch 'show processes on the whole screen, live'
	printf '%s\t%s\n' verify 'evaluate logs again and compare the results'
	printf '%s\t%s\n' replay 'evaluate a log again and show what each slot gives'
	printf '%s\t%s\n' at 'evaluate Lua in the state as of a slot, keeping nothing'
	printf '%s\t%s\n' diff 'show what changed in the state between two slots'
	printf '%s\t%s\n' trace 'show everything that a message caused'
	printf '%s\t%s\n' cron 'show the schedules of a process and their last ticks'
	printf '%s\t%s\n' monitor 'deliver what the cron ticks of a process send'
	printf '%s\t%s\n' unmonitor 'deliver it no more'
	printf '%s\t%s\n' stop 'evaluate no more messages of a process, and deliver none'
	printf '%s\t%s\n' start 'go on with a process that was stopped'
	printf '%s\t%s\n' status 'show the node, where its data are, and how it is'
	printf '%s\t%s\n' doctor 'look whether the set-up is right, and say what to do'
	printf '%s\t%s\n' node 'serve the networks'\'' units over HTTP, without a shell'
	printf '%s\t%s\n' wallet 'commands of wallet'
	printf '%s\t%s\n' item 'commands of item'
	printf '%s\t%s\n' eval-json 'answer messages to one process, a line of JSON each'
	printf '%s\t%s\n' bench 'measure this program on this machine'
	printf '%s\t%s\n' help 'explain a command or what Lua has, or list commands'
end

complete -c aosh -f
complete -c aosh -n __aosh_first -a '(__aosh_commands; __aosh_processes)'
complete -c aosh -n '__aosh_open' -l run -s c -x -d 'run that text and end; may be repeated'
complete -c aosh -n '__aosh_open' -l file -s f -r -F -d 'run that script and end; '\''-'\'' is standard input'
complete -c aosh -n '__aosh_open' -l load -r -F -d 'first evaluate that Lua file; may be repeated'
complete -c aosh -n '__aosh_open' -l path -r -F -d 'where modules may be, too, split by colons (AOSH_PATH)'
complete -c aosh -n '__aosh_open' -l dry-run -d 'keep nothing of what is evaluated'
complete -c aosh -n '__aosh_open' -l dryrun -d 'keep nothing of what is evaluated'
complete -c aosh -n '__aosh_open' -l keep-going -s k -d 'do not stop a script at the first failure'
complete -c aosh -n '__aosh_open' -l no-rc -d 'do not begin with the rc file'\''s commands'
complete -c aosh -n '__aosh_open' -l pane -d 'show the process above the prompt, live'
complete -c aosh -n '__aosh_open' -l monitor -d 'deliver what its cron ticks send, from now on'
complete -c aosh -n '__aosh_open' -l address -x -d 'the process of that id, or of that owner; spawns none'
complete -c aosh -n '__aosh_open' -l list -d 'the same as list'
complete -c aosh -n '__aosh_open' -l watch -x -d 'the same as tail -f'
complete -c aosh -n '__aosh_open' -l get-blueprints -r -F -d 'write the blueprints there, as files'
complete -c aosh -n '__aosh_open' -l hyper -d 'no effect, as in aos'
complete -c aosh -n '__aosh_open' -l topup -d 'of the mainnet, and refused with it'
complete -c aosh -n '__aosh_open' -l module -x -d 'the program to run; without: the built-in library'
complete -c aosh -n '__aosh_open' -l sqlite -d 'the program to run is the networks'\'' one with SQLite'
complete -c aosh -n '__aosh_open' -l tag -s t -x -d 'a tag of the new process; may be repeated'
complete -c aosh -n '__aosh_open' -l tag-name -x -d 'the same as in aos, with a --tag-value behind it'
complete -c aosh -n '__aosh_open' -l tag-value -x -d 'the value of the --tag-name of the same place'
complete -c aosh -n '__aosh_open' -l scheduler -x -d 'who gives it slots, on a network (SCHEDULER)'
complete -c aosh -n '__aosh_open' -l authority -x -d 'whose pushes it trusts, split by commas (AUTHORITY)'
complete -c aosh -n '__aosh_open' -l cron -x -d 'a schedule of its cron, as 5-minutes; may be repeated'
complete -c aosh -n '__aosh_open' -l cron-tag -x -d 'a tag of the messages of the --cron before it'
complete -c aosh -n '__aosh_open' -l data -x -d 'the data of the spawn message; a file'\''s name is the file, too'
complete -c aosh -n 'true' -l data-dir -r -F -d 'keep the data there (AOSH_HOME)'
complete -c aosh -n 'true' -l config -r -F -d 'take settings from that file (AOSH_CONFIG)'
complete -c aosh -n 'true' -l profile -x -d 'take the settings of that profile, too (AOSH_PROFILE)'
complete -c aosh -n 'true' -l no-config -d 'take no settings from a file'
complete -c aosh -n 'true' -l ephemeral -d 'keep everything in memory, leave nothing behind'
complete -c aosh -n 'true' -l wallet -x -a '(__aosh_wallets; __fish_complete_path)' -d 'sign with that wallet (AOSH_WALLET)'
complete -c aosh -n 'true' -l password-fd -x -d 'read the wallet'\''s password from that descriptor, a line'
complete -c aosh -n 'true' -l json -d 'print one JSON object per line'
complete -c aosh -n 'true' -l quiet -s q -d 'no notes on standard error'
complete -c aosh -n 'true' -l color -x -a 'auto always never' -d 'when to use colours'
complete -c aosh -n 'true' -l colour -x -a 'auto always never' -d 'when to use colours'
complete -c aosh -n 'true' -l timeout -x -d 'how long to wait for a result'
complete -c aosh -n 'true' -l net -x -a 'local legacy mainnet' -d 'where processes are: here, or on a network; mainnet: not yet'
complete -c aosh -n 'true' -l legacy -d 'the same as --net legacy'
complete -c aosh -n 'true' -l dev -d 'the same, with the addresses of the development network'
complete -c aosh -n 'true' -l mainnet -x -d 'the same as --net mainnet, which is refused'
complete -c aosh -n 'true' -l url -x -d 'all units of the network are there'
complete -c aosh -n 'true' -l mu-url -x -d 'its messenger unit is there (MU_URL)'
complete -c aosh -n 'true' -l cu-url -x -d 'its compute unit is there (CU_URL)'
complete -c aosh -n 'true' -l su-url -x -d 'its scheduler unit is there (SU_URL)'
complete -c aosh -n 'true' -l gateway-url -x -d 'a gateway is there, more behind commas (GATEWAY_URL)'
complete -c aosh -n 'true' -l help -s h -d 'show this'
complete -c aosh -n 'true' -l version -s V -d 'show the version'
complete -c aosh -n 'true' -l commands -d 'show the table of commands, for programs'
complete -c aosh -n '__aosh_open; and not __aosh_first' -F
complete -c aosh -n '__aosh_is item' -a inspect -d 'show data items, and whether they are valid'
complete -c aosh -n '__aosh_is item' -a verify -d 'print the ids of valid data items, and what others lack'
complete -c aosh -n '__aosh_is item' -a sign -d 'make a data item and sign it'
complete -c aosh -n '__aosh_is item' -a bundle -d 'make a bundle of data items'
complete -c aosh -n '__aosh_is item' -a get -d 'write the item of a message or assignment'
complete -c aosh -n '__aosh_is wallet' -a new -d 'make a key and print its address'
complete -c aosh -n '__aosh_is wallet' -a address -d 'print a wallet'\''s address, as processes see it'
complete -c aosh -n '__aosh_is wallet' -a list -d 'list the wallets; '\''*'\'' is the one that signs'
complete -c aosh -n '__aosh_is wallet' -a import -d 'take over a key of another program; '\''-'\'' is standard input'
complete -c aosh -n '__aosh_is wallet' -a export -d 'print a key for other programs; without --public: secret'
complete -c aosh -n '__aosh_is wallet' -a encrypt -d 'put a wallet under a password'
complete -c aosh -n '__aosh_is wallet' -a decrypt -d 'take a wallet'\''s password away'
complete -c aosh -n '__aosh_is eval' -l file -s f -r -F -d 'evaluate a file; '\''-'\'' is standard input'
complete -c aosh -n '__aosh_is eval' -l path -r -F -d 'where modules may be, too, split by colons (AOSH_PATH)'
complete -c aosh -n '__aosh_at eq 1 eval' -a '(__aosh_processes)'
complete -c aosh -n '__aosh_is spawn' -l module -x -d 'the program to run; without: the built-in library'
complete -c aosh -n '__aosh_is spawn' -l sqlite -d 'the program to run is the networks'\'' one with SQLite'
complete -c aosh -n '__aosh_is spawn' -l tag -s t -x -d 'a tag of the new process; may be repeated'
complete -c aosh -n '__aosh_is spawn' -l tag-name -x -d 'the same as in aos, with a --tag-value behind it'
complete -c aosh -n '__aosh_is spawn' -l tag-value -x -d 'the value of the --tag-name of the same place'
complete -c aosh -n '__aosh_is spawn' -l scheduler -x -d 'who gives it slots, on a network (SCHEDULER)'
complete -c aosh -n '__aosh_is spawn' -l authority -x -d 'whose pushes it trusts, split by commas (AUTHORITY)'
complete -c aosh -n '__aosh_is spawn' -l cron -x -d 'a schedule of its cron, as 5-minutes; may be repeated'
complete -c aosh -n '__aosh_is spawn' -l cron-tag -x -d 'a tag of the messages of the --cron before it'
complete -c aosh -n '__aosh_is spawn' -l data -s d -x -d 'the data of the spawn message'
complete -c aosh -n '__aosh_is send' -l action -s a -x -d 'the tag Action of the message'
complete -c aosh -n '__aosh_is send' -l tag -s t -x -d 'a tag of the message; may be repeated'
complete -c aosh -n '__aosh_is send' -l data -s d -x -d 'the data of the message'
complete -c aosh -n '__aosh_is send' -l wait -s w -d 'wait for the result and show it'
complete -c aosh -n '__aosh_at eq 1 send' -a '(__aosh_processes)'
complete -c aosh -n '__aosh_is dryrun' -l action -s a -x -d 'the tag Action of the message; without: Eval of CODE'
complete -c aosh -n '__aosh_is dryrun' -l tag -s t -x -d 'a tag of the message; may be repeated'
complete -c aosh -n '__aosh_is dryrun' -l data -s d -x -d 'the data of the message'
complete -c aosh -n '__aosh_at eq 1 dryrun' -a '(__aosh_processes)'
complete -c aosh -n '__aosh_at eq 1 result' -a '(__aosh_processes)'
complete -c aosh -n '__aosh_is inbox' -l count -s n -x -d 'the newest N messages; without: 20'
complete -c aosh -n '__aosh_at eq 1 inbox' -a '(__aosh_processes)'
complete -c aosh -n '__aosh_at eq 1 cache' -a '(__aosh_processes)'
complete -c aosh -n '__aosh_at eq 1 adopt' -a '(__aosh_processes)'
complete -c aosh -n '__aosh_is log' -l from -x -d 'the first slot to show'
complete -c aosh -n '__aosh_is log' -l to -x -d 'the last slot to show'
complete -c aosh -n '__aosh_is log' -l export -r -F -d 'write the whole log to a new file; '\''-'\'' is standard output'
complete -c aosh -n '__aosh_is log' -l import -r -F -d 'verify such a file and take the process over from it'
complete -c aosh -n '__aosh_at eq 1 log' -a '(__aosh_processes)'
complete -c aosh -n '__aosh_is tail' -l follow -s f -d 'go on with what comes'
complete -c aosh -n '__aosh_is tail' -l count -s n -x -d 'begin with the newest N lines'
complete -c aosh -n '__aosh_is tail' -l from -x -d 'begin at that slot'
complete -c aosh -n '__aosh_is tail' -l cursor -r -F -d 'begin where the last run with that file ended'
complete -c aosh -n '__aosh_is tail' -l inbox -d 'only messages that came'
complete -c aosh -n '__aosh_is tail' -l cron -d 'only cron ticks and what they caused'
complete -c aosh -n '__aosh_is tail' -l results -d 'only results: output, prints and errors'
complete -c aosh -n '__aosh_is tail' -l filter -x -d 'only lines that all words fit, like '\''action=Ping !from=ID'\'''
complete -c aosh -n '__aosh_at eq 1 tail' -a '(__aosh_processes)'
complete -c aosh -n '__aosh_at gt 1 tail' -a '(__aosh_processes)'
complete -c aosh -n '__aosh_at eq 1 watch' -a '(__aosh_processes)'
complete -c aosh -n '__aosh_at gt 1 watch' -a '(__aosh_processes)'
complete -c aosh -n '__aosh_is verify' -l all -d 'all processes of the node'
complete -c aosh -n '__aosh_is verify' -l attestation -r -F -d 'compare what another node attests, too'
complete -c aosh -n '__aosh_is verify' -l jobs -s j -x -d 'so many logs at a time; without: one for each processor'
complete -c aosh -n '__aosh_is verify' -l no-signatures -d 'results and chains alone: the node checked signatures'
complete -c aosh -n '__aosh_is verify' -l output -s o -r -F -d 'write the node'\''s attestation of the log to a new file'
complete -c aosh -n '__aosh_at eq 1 verify' -a '(__aosh_processes; __fish_complete_path)'
complete -c aosh -n '__aosh_at gt 1 verify' -a '(__aosh_processes; __fish_complete_path)'
complete -c aosh -n '__aosh_is replay' -l from -x -d 'the first slot to show'
complete -c aosh -n '__aosh_is replay' -l to -x -d 'the last slot to show'
complete -c aosh -n '__aosh_at eq 1 replay' -a '(__aosh_processes)'
complete -c aosh -n '__aosh_at eq 1 at' -a '(__aosh_processes)'
complete -c aosh -n '__aosh_at eq 1 diff' -a '(__aosh_processes)'
complete -c aosh -n '__aosh_is trace' -l depth -x -d 'follow so many levels; without: 100'
complete -c aosh -n '__aosh_is trace' -l count -s n -x -d 'show so many entries; without: 1000'
complete -c aosh -n '__aosh_at eq 1 cron' -a '(__aosh_processes)'
complete -c aosh -n '__aosh_at eq 1 monitor' -a '(__aosh_processes)'
complete -c aosh -n '__aosh_at eq 1 unmonitor' -a '(__aosh_processes)'
complete -c aosh -n '__aosh_at eq 1 stop' -a '(__aosh_processes)'
complete -c aosh -n '__aosh_at eq 1 start' -a '(__aosh_processes)'
complete -c aosh -n '__aosh_is node' -l listen -s l -x -d 'listen there instead of at 127.0.0.1:8734; port 0: any; a path: a Unix socket'
complete -c aosh -n '__aosh_is node' -l access-log -r -F -d 'append a line of JSON for each request'
complete -c aosh -n '__aosh_is node' -l rate -x -d 'so many requests a second from one address; 0: any number'
complete -c aosh -n '__aosh_is "wallet new"' -l type -x -a 'ed25519 arweave ethereum solana' -d 'the type of the key; without: ed25519'
complete -c aosh -n '__aosh_is "wallet new"' -l output -s o -r -F -d 'write that file, outside the data directory'
complete -c aosh -n '__aosh_is "wallet new"' -l encrypt -d 'put it under a password, which is asked for'
complete -c aosh -n '__aosh_at eq 1 "wallet address"' -a '(__aosh_wallets; __fish_complete_path)'
complete -c aosh -n '__aosh_is "wallet import"' -l type -x -a 'ed25519 arweave ethereum solana' -d 'the type of the key, where its form does not say it'
complete -c aosh -n '__aosh_at eq 1 "wallet import"' -a '(__fish_complete_path)'
complete -c aosh -n '__aosh_is "wallet export"' -l output -s o -r -F -d 'write that new file, which only you can read'
complete -c aosh -n '__aosh_is "wallet export"' -l public -d 'the public key alone'
complete -c aosh -n '__aosh_at eq 1 "wallet export"' -a '(__aosh_wallets; __fish_complete_path)'
complete -c aosh -n '__aosh_is "wallet encrypt"' -l output -s o -r -F -d 'write that new file and leave the wallet as it is'
complete -c aosh -n '__aosh_at eq 1 "wallet encrypt"' -a '(__aosh_wallets; __fish_complete_path)'
complete -c aosh -n '__aosh_is "wallet decrypt"' -l output -s o -r -F -d 'write that new file and leave the wallet as it is'
complete -c aosh -n '__aosh_at eq 1 "wallet decrypt"' -a '(__aosh_wallets; __fish_complete_path)'
complete -c aosh -n '__aosh_is "item inspect"' -l bundle -d 'the file is a bundle, or an item with one: show the items in it'
complete -c aosh -n '__aosh_at eq 1 "item inspect"' -a '(__fish_complete_path)'
complete -c aosh -n '__aosh_at gt 1 "item inspect"' -a '(__fish_complete_path)'
complete -c aosh -n '__aosh_is "item verify"' -l bundle -d 'the file is a bundle, or an item with one: verify the items in it'
complete -c aosh -n '__aosh_at eq 1 "item verify"' -a '(__fish_complete_path)'
complete -c aosh -n '__aosh_at gt 1 "item verify"' -a '(__fish_complete_path)'
complete -c aosh -n '__aosh_is "item sign"' -l target -x -d 'to whom: an id of 43 characters'
complete -c aosh -n '__aosh_is "item sign"' -l anchor -x -d '32 bytes, or 43 characters of base64url; without: none'
complete -c aosh -n '__aosh_is "item sign"' -l tag -s t -x -d 'a tag of the item; may be repeated'
complete -c aosh -n '__aosh_is "item sign"' -l data -s d -x -d 'the data, in place of FILE'
complete -c aosh -n '__aosh_is "item sign"' -l type -x -a 'ed25519 arweave ethereum solana typed-ethereum' -d 'the type of the signature; without: the wallet'\''s own'
complete -c aosh -n '__aosh_is "item sign"' -l output -s o -r -F -d 'write a new file, and print the id'
complete -c aosh -n '__aosh_at eq 1 "item sign"' -a '(__fish_complete_path)'
complete -c aosh -n '__aosh_is "item bundle"' -l output -s o -r -F -d 'write a new file'
complete -c aosh -n '__aosh_at eq 1 "item bundle"' -a '(__fish_complete_path)'
complete -c aosh -n '__aosh_at gt 1 "item bundle"' -a '(__fish_complete_path)'
complete -c aosh -n '__aosh_is "item get"' -l output -s o -r -F -d 'write a new file'
complete -c aosh -n '__aosh_is eval-json' -l variant -x -a 'classic hyper' -d 'which library: that of aos, the default, or of hyper-aos'
complete -c aosh -n '__aosh_is eval-json' -l load -r -F -d 'first evaluate that Lua file; may be repeated'
complete -c aosh -n '__aosh_is eval-json' -l limit-ms -x -d 'end a request after so many milliseconds'
complete -c aosh -n '__aosh_is eval-json' -l limit-mb -x -d 'let the state grow to so many MiB (256)'
complete -c aosh -n '__aosh_is bench' -l count -s n -x -d 'so many, in place of the workload'\''s own number'
complete -c aosh -n '__aosh_is bench' -l threads -x -d 'so many senders at once (16)'
complete -c aosh -n '__aosh_at eq 1 help' -a '(__aosh_commands)'
