# bash completion for aosh. The words are those of `aosh --commands`;
# tests/shell/manual.test compares them.

_aosh_commands="eval spawn send dryrun result inbox cache list log verify"
_aosh_commands+=" replay trace cron monitor unmonitor stop start status node"
_aosh_commands+=" wallet item eval-json bench help"
_aosh_global="--data-dir --config --no-config --ephemeral --wallet
	--password-fd --json --quiet --color --timeout --help --version --commands -q -h -V"

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
	eval) echo "--file -f" ;;
	spawn) echo "--module --tag --data --cron --cron-tag -t -d" ;;
	send) echo "--action --tag --data --wait -a -t -d -w" ;;
	dryrun) echo "--action --tag --data -a -t -d" ;;
	inbox) echo "--count -n" ;;
	log) echo "--from --to --export --import" ;;
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
	"") echo "--run --file --load --cron --cron-tag --keep-going -c -f -k" ;;
	esac
}

# What the value of an option is; of some it depends on the command.
_aosh_value()
{
	case $1 in
	--data-dir | --config | --wallet | --file | --load | --output | \
		--export | --import | --attestation | --access-log | \
		-f | -o)
		echo file
		;;
	--color) echo "auto always never" ;;
	--type)
		case $2 in
		"item sign")
			echo "ed25519 arweave ethereum solana typed-ethereum"
			;;
		*) echo "ed25519 arweave ethereum solana" ;;
		esac
		;;
	--variant) echo "classic hyper" ;;
	--timeout | --password-fd | --run | --module | --tag | --data | \
		--action | --count | --from | --to | --threads | \
		--limit-ms | --limit-mb | --target | --anchor | --jobs | \
		--depth | --cron | --cron-tag | --listen | --rate | -j | -l | \
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
		replay:1 | cron:1 | monitor:1 | unmonitor:1 | stop:1 | start:1)
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
