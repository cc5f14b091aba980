# bash completion for aosh. The words are those of `aosh --commands`;
# tests/shell/manual.test compares them.

_aosh_commands="eval spawn send dryrun result inbox cache list adopt log tail"
_aosh_commands+=" watch verify replay at diff trace cron monitor unmonitor stop"
_aosh_commands+=" start status doctor node"
_aosh_commands+=" wallet item eval-json bench help"
_aosh_global="--data-dir --config --profile --no-config --ephemeral --wallet
	--password-fd --json --quiet --color --timeout --net --legacy --dev
	--mainnet --url --mu-url --cu-url --su-url --gateway-url --help --version --commands -q -h -V"

# The second words of commands that have two.
_aosh_group()
{
	case $1 in
	wallet) echo "new address list import export encrypt decrypt" ;;
	item) echo "inspect verify sign bundle get" ;;
	esac
}

# The options of a command; without one, of the shell.
_aosh_options()
{
	case $1 in
	eval) echo "--file --path -f" ;;
	spawn) echo "--module --sqlite --tag --tag-name --tag-value --scheduler
		--authority --cron --cron-tag --data -t -d" ;;
	send) echo "--action --tag --data --wait -a -t -d -w" ;;
	dryrun) echo "--action --tag --data -a -t -d" ;;
	inbox) echo "--count -n" ;;
	log) echo "--from --to --export --import" ;;
	tail) echo "--follow --count --from --cursor --inbox --cron --results --filter -f -n" ;;
	verify) echo "--all --attestation --jobs --no-signatures --output -j -o" ;;
	replay) echo "--from --to" ;;
	trace) echo "--depth --count -n" ;;
	node) echo "--listen --access-log --rate -l" ;;
	"wallet new") echo "--type --output --encrypt -o" ;;
	"wallet import") echo "--type" ;;
	"wallet export") echo "--output --public -o" ;;
	"wallet encrypt" | "wallet decrypt") echo "--output -o" ;;
	"item inspect" | "item verify") echo "--bundle" ;;
	"item sign") echo "--target --anchor --tag --data --type --output -t -d -o" ;;
	"item bundle" | "item get") echo "--output -o" ;;
	eval-json) echo "--variant --load --limit-ms --limit-mb" ;;
	bench) echo "--count --threads -n" ;;
	"") echo "--run --file --load --path --dry-run --keep-going --no-rc --pane
		--monitor --address --list --watch --get-blueprints --hyper
		--topup --module --sqlite --tag --tag-name --tag-value --scheduler --authority
		--cron --cron-tag --data -c -f -k -t" ;;
	esac
}

# What the value of an option is; of some it depends on the command.
_aosh_value()
{
	case "$2 $1" in
	"tail --cron" | "tail -f") return ;;
	esac
	case $1 in
	--data-dir | --config | --wallet | --file | --load | --output | \
		--export | --import | --path | --get-blueprints | --attestation | --access-log | --cursor | \
		-f | -o)
		echo file
		;;
	--color) echo "auto always never" ;;
	--net) echo "local legacy mainnet" ;;
	--type)
		case $2 in
		"item sign")
			echo "ed25519 arweave ethereum solana typed-ethereum"
			;;
		*) echo "ed25519 arweave ethereum solana" ;;
		esac
		;;
	--variant) echo "classic hyper" ;;
	--mainnet | --url | --mu-url | --cu-url | --su-url | --gateway-url | \
		--timeout | --profile | --password-fd | --run | --module | --tag | --data | \
		--action | --count | --filter | --from | --to | --threads | \
		--limit-ms | --limit-mb | --target | --anchor | --jobs | \
		--address | --watch | --tag-name | --tag-value | --scheduler | \
		--authority | --depth | --cron | --cron-tag | --listen | --rate | -j | -l | \
		-c | -t | -d | -a | -n)
		echo nothing
		;;
	esac
}

_aosh_processes()
{
	"$1" list --json 2>/dev/null </dev/null |
		sed -n 's/.*"name":"\([^"\\]*\)".*/\1/p'
}

_aosh_wallets()
{
	"$1" wallet list --json 2>/dev/null </dev/null |
		sed -n 's/^{"name":"\([^"\\]*\)".*/\1/p'
}

_aosh()
{
	local word=${COMP_WORDS[COMP_CWORD]} before= command= group= last=
	local arguments=0 i kind
	local IFS=$' \t\n'

	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-*)
			kind=$(_aosh_value "${COMP_WORDS[i]}")
			if [ "${COMP_WORDS[i + 1]}" = = ]; then
				((i += 2))
			elif [ -n "$kind" ]; then
				((i++))
			fi
			;;
		*)
			arguments=$((arguments + 1))
			last=${COMP_WORDS[i]}
			if [ $arguments -eq 1 ]; then
				command=${COMP_WORDS[i]}
				group=$(_aosh_group "$command")
			elif [ -n "$group" ]; then
				command+=" ${COMP_WORDS[i]}"
				group=
				arguments=1
			fi
			;;
		esac
	done
	[ "$COMP_CWORD" -gt 1 ] && before=${COMP_WORDS[COMP_CWORD - 1]}
	# bash takes "--wallet=main" for three words
	if [ "$word" = = ]; then
		word=
	elif [ "$before" = = ] && [ "$COMP_CWORD" -gt 2 ]; then
		before=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	kind=$(_aosh_value "$before" "$command")
	[[ " $_aosh_commands ls " == *" ${command%% *} "* ]] || command=

	COMPREPLY=()
	case $kind in
	"") ;;
	nothing) return ;;
	file)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		[ "$before" = --wallet ] && mapfile -t -O ${#COMPREPLY[@]} \
			COMPREPLY < <(compgen -W \
			"$(_aosh_wallets "${COMP_WORDS[0]}")" -- "$word")
		return
		;;
	*)
		mapfile -t COMPREPLY < <(compgen -W "$kind" -- "$word")
		return
		;;
	esac
	if [[ $word == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W \
			"$(_aosh_options "$command") $_aosh_global" -- "$word")
		return
	fi
	if [ -n "$group" ]; then
		mapfile -t COMPREPLY < <(compgen -W "$group" -- "$word")
		return
	fi
	case $command:$arguments in
	:0)
		mapfile -t COMPREPLY < <(compgen -W \
			"$_aosh_commands $(_aosh_processes "${COMP_WORDS[0]}")" \
			-- "$word")
		;;
	help:1)
		mapfile -t COMPREPLY < <(compgen -W "$_aosh_commands" -- "$word")
		;;
	help:2)
		mapfile -t COMPREPLY < <(compgen -W "$(_aosh_group "$last")" \
			-- "$word")
		;;
	verify:*)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -W \
			"$(_aosh_processes "${COMP_WORDS[0]}")" -- "$word"
			compgen -f -- "$word")
		;;
	eval:1 | send:1 | dryrun:1 | result:1 | inbox:1 | cache:1 | log:1 | \
		replay:1 | at:1 | diff:1 | cron:1 | monitor:1 | unmonitor:1 | stop:1 | start:1)
		mapfile -t COMPREPLY < <(compgen -W \
			"$(_aosh_processes "${COMP_WORDS[0]}")" -- "$word")
		;;
	"wallet address:1" | "wallet export:1" | "wallet encrypt:1" | \
		"wallet decrypt:1")
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -W \
			"$(_aosh_wallets "${COMP_WORDS[0]}")" -- "$word"
			compgen -f -- "$word")
		;;
	:1 | "wallet import:1" | "item inspect":* | "item verify":* | \
		"item sign":* | "item bundle":*)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		;;
	esac
}

complete -F _aosh aosh
