# A stand-in for the units of a legacy network, for tests of the client: one
# process that plays messenger (/mu), scheduler (/su), compute unit (/cu) and
# gateway (/gw), remembers every request, and fails where it is told to.
#
#   my $net = Network->new;            # listens
#   $net->url('mu')                    # http://127.0.0.1:PORT/mu
#   $net->fault(match => 'GET /cu/result/', status => 500, times => 2);
#   $net->requests('POST /mu')         # [{line, headers, body, query}, ...]
#
# Its "program" answers the data of a message with "!" behind; data that begins
# with "fail" gives an Error.
package Network;
use strict;
use warnings;
use Digest::SHA qw(sha256);
use IO::Select;
use IO::Socket::INET;
use JSON::PP;
use MIME::Base64 qw(encode_base64 decode_base64);

my $json = JSON::PP->new->canonical->allow_nonref;
our $ADDRESS = 'S' x 43; # the scheduler's
my $START = 1764000000000; # ms: the time of the first message

sub new {
	my ($class) = @_;
	my $listen = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 64, ReuseAddr => 1)
		or die "listen: $!";
	my $port = $listen->sockport;
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		$SIG{PIPE} = 'IGNORE';
		$SIG{TERM} = sub { require POSIX; POSIX::_exit(0) };
		Network::Units->new($listen)->run;
		require POSIX;
		POSIX::_exit(0);
	}
	close $listen;
	return bless { pid => $pid, port => $port, owner => $$ }, $class;
}

sub DESTROY {
	my ($self) = @_;
	return if $self->{owner} != $$;
	local $?;
	kill 'TERM', $self->{pid};
	waitpid $self->{pid}, 0;
}

sub url { "http://127.0.0.1:$_[0]{port}/$_[1]" }

# The options that name all units.
sub options {
	my ($self) = @_;
	return ('--net', 'legacy', map { ("--$_->[0]-url", $self->url($_->[1])) }
		['mu', 'mu'], ['su', 'su'], ['cu', 'cu'], ['gateway', 'gw']);
}

# One that nobody listens at.
sub nowhere {
	my $s = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1);
	return 'http://127.0.0.1:' . $s->sockport;
}

sub control {
	my ($self, $command, $argument) = @_;
	my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $self->{port}) or die;
	my $body = $json->encode($argument // {});
	print $s "POST /_/$command HTTP/1.1\r\nContent-Length: ", length $body, "\r\nConnection: close\r\n\r\n", $body;
	local $/;
	my $answer = <$s> // '';
	$answer =~ s/^.*?\r\n\r\n//s;
	return $json->decode($answer);
}

sub fault { my $self = shift; $self->control(fault => {@_}) }
sub clear { $_[0]->control('clear') }
sub set { my $self = shift; $self->control(set => {@_}) }
sub release { $_[0]->control('release') }
sub index_all { $_[0]->control('index') }

# A message of somebody else: {data, ts, fails}; gives its id.
sub add { my ($self, $pid, %m) = @_; $self->control(add => { pid => $pid, %m })->{id} }
sub tick { my ($self, $pid, %m) = @_; $self->control(tick => { pid => $pid, %m }) }

sub requests {
	my ($self, $match) = @_;
	return [grep { !defined $match || index($_->{line}, $match) == 0 }
		@{ $self->control('requests')->{list} }];
}

# Wait until there have been N requests of a kind.
sub await {
	my ($self, $match, $n) = @_;
	$self->control(await => { match => $match, n => $n });
}

package Network::Units;
use strict;
use warnings;

sub b64u { my $t = MIME::Base64::encode_base64($_[0], ''); $t =~ tr{+/}{-_}; $t =~ s/=+$//; $t }
sub is_text { my $t = $_[0]; utf8::decode($t) }

sub new {
	my ($class, $listen) = @_;
	return bless { listen => $listen, buffers => {}, faults => [], requests => [], held => [],
		awaits => [], processes => {}, order => [], set => { time => $START }, counter => 0 }, $class;
}

sub run {
	my ($self) = @_;
	my $select = IO::Select->new($self->{listen});
	while (1) {
		for my $s ($select->can_read) {
			if ($s == $self->{listen}) {
				my $new = $s->accept or next;
				$new->autoflush(1);
				$select->add($new);
				$self->{buffers}{ fileno $new } = '';
				next;
			}
			my $n = sysread $s, my $more, 1 << 20;
			if (!$n) {
				$select->remove($s);
				close $s;
				next;
			}
			my $buffer = \$self->{buffers}{ fileno $s };
			$$buffer .= $more;
			while ($$buffer =~ /^(.*?)\r\n\r\n/s) {
				my $head = $1;
				my ($length) = $head =~ /^content-length:\s*(\d+)/mi;
				my $at = length($head) + 4;
				last if length($$buffer) < $at + ($length // 0);
				my $body = substr $$buffer, $at, $length // 0;
				substr($$buffer, 0, $at + ($length // 0)) = '';
				$self->request($s, $head, $body) or do { $select->remove($s); close $s; last };
			}
		}
	}
}

# False: the connection is to be closed.
sub request {
	my ($self, $s, $head, $body) = @_;
	my ($line, @headers) = split /\r\n/, $head;
	my ($method, $target) = $line =~ /^(\S+) (\S+)/;
	$target =~ s{^http://[^/]*}{}; # a proxy is asked with the whole
	my %headers = map { /^([^:]+):\s*(.*)/ ? (lc $1 => $2) : () } @headers;
	if ($target =~ m{^/_/(\w+)}) {
		my $name = "control_$1";
		my $answer = $self->$name($json->decode($body), $s) or return 1;
		reply($s, 200, $json->encode($answer));
		return 0;
	}
	my ($path, $query) = split /\?/, $target, 2;
	my %query = map { my ($k, $v) = split /=/, $_, 2; $v //= ''; $v =~ s/%(..)/chr hex $1/ge; ($k => $v) }
		split /&/, $query // '';
	my $r = { line => "$method $target", path => $path, query => \%query, headers => \%headers,
		body => $body, method => $method, socket => $s };
	push @{ $self->{requests} }, $r;
	$self->settle_awaits;
	for my $f (@{ $self->{faults} }) {
		next if $f->{times} == 0 || $r->{line} !~ /^$f->{match}/;
		$f->{times}--;
		return $self->fail($s, $r, $f);
	}
	return $self->answer($r);
}

sub answer {
	my ($self, $r) = @_;
	my ($status, $body, @headers) = $self->dispatch($r);
	reply($r->{socket}, $status, ref $body ? $json->encode($body) : $body, @headers);
	return 1;
}

sub reply {
	my ($s, $status, $body, @headers) = @_;
	return 0 if !defined fileno $s; # who asked has given up
	utf8::encode($body) if utf8::is_utf8($body);
	my $text = "HTTP/1.1 $status X\r\nContent-Length: " . length($body) . "\r\n" .
		join('', map { "$_\r\n" } @headers) . "\r\n$body";
	while (length $text) {
		my $n = syswrite $s, $text or return 0;
		substr($text, 0, $n) = '';
	}
	return 1;
}

# What a fault does in place of an answer, or behind it.
sub fail {
	my ($self, $s, $r, $f) = @_;
	$self->dispatch($r) if $f->{after};
	return 0 if $f->{cut};
	if ($f->{half}) {
		syswrite $s, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"half\":";
		return 0;
	}
	if ($f->{hold}) {
		push @{ $self->{held} }, $r;
		return 1;
	}
	if ($f->{huge}) {
		syswrite $s, "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n";
		my $zeros = ' ' x (1 << 20);
		1 while syswrite $s, $zeros;
		return 0;
	}
	reply($s, $f->{status} // 200, $f->{body} // '', @{ $f->{headers} // [] });
	return 1;
}

# --- control ---

sub control_fault {
	my ($self, $f) = @_;
	$f->{times} //= 1;
	push @{ $self->{faults} }, $f;
	return {};
}

sub control_clear {
	my ($self) = @_;
	$self->{faults} = [];
	$self->{requests} = [];
	return {};
}

sub control_set {
	my ($self, $set) = @_;
	@{ $self->{set} }{ keys %$set } = values %$set;
	return {};
}

sub control_release {
	my ($self) = @_;
	my @held = @{ $self->{held} };
	$self->{held} = [];
	$self->answer($_) for @held;
	return {};
}

sub control_requests {
	my ($self) = @_;
	return { list => [map { my %r = %$_; delete $r{socket};
		$r{body} = MIME::Base64::encode_base64($r{body}, ''); \%r } @{ $self->{requests} }] };
}

sub control_await {
	my ($self, $want, $s) = @_;
	push @{ $self->{awaits} }, [$want, $s];
	$self->settle_awaits;
	return undef;
}

sub settle_awaits {
	my ($self) = @_;
	my @open;
	for my $a (@{ $self->{awaits} }) {
		my ($want, $s) = @$a;
		my $n = grep { index($_->{line}, $want->{match}) == 0 } @{ $self->{requests} };
		if ($n >= $want->{n}) {
			reply($s, 200, '{}', 'Connection: close');
			shutdown $s, 1;
		} else {
			push @open, $a;
		}
	}
	$self->{awaits} = \@open;
}

sub control_index {
	my ($self) = @_;
	$_->{indexed} = 1 for values %{ $self->{processes} };
	return {};
}

sub control_add {
	my ($self, $m) = @_;
	my $id = 'm' . sprintf('%041d', ++$self->{counter}) . 'A';
	my $item = { id => $id, owner => 'O' x 43, key => '', signature => '', target => $m->{pid},
		anchor => undef, tags => [{ name => 'Action', value => $m->{action} // 'Note' }],
		data => $m->{data} };
	$self->schedule($self->{processes}{ $m->{pid} }, $item, $m->{ts});
	return { id => $id };
}

# A tick of cron behind the newest slot; a lazy one comes into being when the
# next slot is evaluated, as it is in the units.
sub control_tick {
	my ($self, $m) = @_;
	my $p = $self->{processes}{ $m->{pid} };
	push @{ $p->{entries}[-1]{ticks} }, { name => $m->{name} // '0-1-minute',
		ts => $p->{entries}[-1]{ts} + 1, data => $m->{data}, lazy => $m->{lazy} };
	return {};
}

# --- items ---

sub number { my ($bytes, $at) = @_; unpack 'V', substr $bytes, $at, 4 }

sub long {
	my ($bytes, $at) = @_;
	my ($n, $shift) = (0, 0);
	while (1) {
		my $b = ord substr $$bytes, $$at++, 1;
		$n |= ($b & 127) << $shift;
		last if $b < 128;
		$shift += 7;
	}
	return ($n >> 1) ^ -($n & 1);
}

sub decode {
	my ($bytes) = @_;
	my %sizes = (1 => [512, 512], 2 => [64, 32], 3 => [65, 65], 4 => [64, 32]);
	my $type = unpack 'v', substr $bytes, 0, 2;
	my ($sig, $own) = @{ $sizes{$type} // return undef };
	my $at = 2;
	my $take = sub { my $v = substr $bytes, $at, $_[0]; $at += $_[0]; $v };
	my $signature = $take->($sig);
	my $owner = $take->($own);
	my $target = ord $take->(1) ? $take->(32) : '';
	my $anchor = ord $take->(1) ? $take->(32) : '';
	my $count = number($take->(8), 0);
	my $length = number($take->(8), 0);
	my $block = $take->($length);
	my (@tags, $p);
	$p = 0;
	if ($count) {
		long(\$block, \$p);
		for (1 .. $count) {
			my @pair;
			for (0, 1) {
				my $n = long(\$block, \$p);
				push @pair, substr $block, $p, $n;
				$p += $n;
			}
			push @tags, { name => $pair[0], value => $pair[1] };
		}
	}
	my $data = substr $bytes, $at;
	return { id => b64u(Digest::SHA::sha256($signature)), signature => b64u($signature),
		key => b64u($owner), owner => b64u(Digest::SHA::sha256($owner)),
		target => $target eq '' ? '' : b64u($target), raw_anchor => $anchor,
		anchor => is_text($anchor) ? $anchor : undef, tags => \@tags, data => $data };
}

sub tag { my ($item, $name) = @_; for (@{ $item->{tags} }) { return $_->{value} if $_->{name} eq $name } undef }

sub schedule {
	my ($self, $p, $item, $ts) = @_;
	my $n = @{ $p->{entries} };
	push @{ $p->{entries} }, { nonce => $n, item => $item, ts => $ts // ++$self->{set}{time},
		assignment => 'a' . sprintf('%041d', ++$self->{counter}) . 'A', ticks => [] };
}

# --- units ---

sub dispatch {
	my ($self, $r) = @_;
	my ($unit, $path) = $r->{path} =~ m{^/(mu|su|cu|gw)(/.*)?$} or return (404, '{"error":"no such unit"}');
	return $self->$unit($r, $path // '/');
}

sub mu {
	my ($self, $r, $path) = @_;
	if ($path =~ m{^/monitor/(.{43})$}) {
		my $item = decode($r->{body}) or return (500, '{"error":"no item"}');
		my $on = $r->{method} eq 'POST';
		return (500, $on ? '{"error":"Process already being monitored"}' : '{"error":"Process monitor not found"}')
			if !!$self->{monitored}{$1} == $on;
		$self->{monitored}{$1} = $on;
		return (200, $on ? 'Monitoring process' : 'Process deleted');
	}
	return (404, '{}') if $r->{method} ne 'POST' || $path ne '/';
	my $item = decode($r->{body}) or return (500, '{"error":"no item"}');
	my $type = tag($item, 'Type') // '';
	return (500, { error => "Error: 400: {\"error\":\"MessageExists(\\\"Message already exists\\\")\"}" })
		if $self->{known}{ $item->{id} };
	if ($type eq 'Process') {
		$self->{processes}{ $item->{id} } = { item => $item, entries => [] };
		push @{ $self->{order} }, $item->{id};
		$self->schedule($self->{processes}{ $item->{id} }, $item);
	} else {
		my $p = $self->{processes}{ $item->{target} } or return (500, '{"error":"TypeError: Cannot read properties"}');
		$self->schedule($p, $item);
	}
	$self->{known}{ $item->{id} } = 1;
	return (202, { message => 'Processing DataItem', id => $item->{id} });
}

sub shown {
	my ($item) = @_;
	my $data = $item->{data};
	utf8::decode($data) if defined $data && !utf8::is_utf8($data);
	return { id => $item->{id}, owner => { address => $item->{owner}, key => $item->{key} }, tags => $item->{tags},
		signature => $item->{signature}, anchor => $item->{anchor}, target => $item->{target}, data => $data };
}

sub message {
	my ($pid, $e) = @_;
	return { message => shown($e->{item}), assignment => { id => $e->{assignment},
		owner => { address => $ADDRESS, key => '' }, signature => '', anchor => undef, target => '', tags => [
		{ name => 'Process', value => $pid }, { name => 'Epoch', value => '0' },
		{ name => 'Nonce', value => "$e->{nonce}" }, { name => 'Hash-Chain', value => '' },
		{ name => 'Block-Height', value => '000001500000' }, { name => 'Timestamp', value => "$e->{ts}" },
		{ name => 'Data-Protocol', value => 'ao' }, { name => 'Type', value => 'Assignment' },
		{ name => 'Variant', value => 'ao.TN.1' }, { name => 'Message', value => $e->{item}{id} }] } };
}

sub su {
	my ($self, $r, $path) = @_;
	my $q = $r->{query};
	return (200, { timestamp => '1', address => $ADDRESS }) if $path eq '/';
	if ($path =~ m{^/processes/(.{43})$}) {
		my $p = $self->{processes}{$1} or return (400, '{"error":"NotFound(\"Process not found\")"}');
		my $o = shown($p->{item});
		$o->{process_id} = delete $o->{id};
		$o->{target} = undef;
		return (200, $o);
	}
	my ($id, $latest) = $path =~ m{^/(.{43})(/latest)?$} or return (404, '{"error":"no such route"}');
	my $pid = $q->{'process-id'} // $id;
	my $p = $self->{processes}{$pid} or return (400, '{"error":"Process not found"}');
	return (200, message($pid, $p->{entries}[-1])) if $latest;
	if ($id ne $pid) {
		for (@{ $p->{entries} }) {
			return (200, message($pid, $_)) if $_->{item}{id} eq $id || $_->{assignment} eq $id;
		}
		return (400, '{"error":"Message or Process not found"}');
	}
	my $from = $q->{'from-nonce'};
	$from = -1 if $self->{set}{endless};
	my @all = grep { $_->{nonce} > ($from // -1) } @{ $p->{entries} };
	@all = grep { $_->{nonce} != $self->{set}{gap} } @all if defined $self->{set}{gap};
	my $limit = $q->{limit} // 100;
	$limit = $self->{set}{page} if $self->{set}{page} && $limit > $self->{set}{page};
	my @page = splice @all, 0, $limit;
	@page = reverse @page if $self->{set}{reorder};
	return (200, { page_info => { has_next_page => @all || $self->{set}{endless} ? JSON::PP::true : JSON::PP::false },
		edges => [map { { node => message($pid, $_), cursor => "$_->{nonce}" } } @page] });
}

sub result {
	my ($data, $print) = @_;
	$data //= '';
	return { Error => "$data: it failed", Messages => [], Spawns => [], Assignments => [], Output => '' }
		if $data =~ /^fail/;
	return { Messages => [], Spawns => [], Assignments => [], GasUsed => 0,
		Output => { data => "$data!", prompt => 'net> ', $print ? (print => JSON::PP::true) : () } };
}

sub result_of {
	my ($e) = @_;
	return result($e->{item}{data}, (tag($e->{item}, 'Action') // '') ne 'Eval' && $e->{nonce} > 0);
}

sub cursor {
	my ($ts, $nonce, $cron) = @_;
	return MIME::Base64::encode_base64(sprintf('{"timestamp":%s,"ordinate":"%s","cron":%s,"sort":"ASC"}', $ts, $nonce,
		defined $cron ? "\"$cron\"" : 'null'), '');
}

# All that /results has, in order: what has been evaluated and did not fail.
sub edges {
	my ($p) = @_;
	my @edges;
	for my $e (grep { $_->{evaluated} } @{ $p->{entries} }) {
		push @edges, [$e->{ts}, $e->{nonce}, undef, result_of($e)];
		my $next = $p->{entries}[$e->{nonce} + 1];
		push @edges, [$_->{ts}, $e->{nonce}, $_->{name}, result($_->{data}, 1)]
			for grep { !$_->{lazy} || ($next && $next->{evaluated}) } @{ $e->{ticks} };
	}
	return grep { !$_->[3]{Error} } @edges;
}

sub cu {
	my ($self, $r, $path) = @_;
	my $q = $r->{query};
	if ($path eq '/dry-run') {
		my $m = $json->decode($r->{body});
		my $data = $m->{Data};
		return (200, { Messages => [], Spawns => [], Output => { data => 'evaluated for you', prompt => 'net> ' } })
			if $data =~ /evaluated/;
		return (200, result($data, 0));
	}
	if ($path =~ m{^/result/(.{43})$}) {
		my $p = $self->{processes}{ $q->{'process-id'} // '' } or return (500, '{"error":"TransactionNotFound: Process was not found on gateway"}');
		for my $i (0 .. $#{ $p->{entries} }) {
			my $e = $p->{entries}[$i];
			next if $e->{item}{id} ne $1;
			return (202, '{"message":"Evaluation is in progress."}') if $self->{set}{busy};
			$_->{evaluated} = 1 for @{ $p->{entries} }[0 .. $i];
			return (200, result_of($e));
		}
		return (500, '{"error":"Error Encountered when loading message: 400"}');
	}
	if ($path =~ m{^/results/(.{43})$}) {
		my $p = $self->{processes}{$1} or return (200, { pageInfo => { hasNextPage => JSON::PP::false }, edges => [] });
		my @edges = edges($p);
		my $from = $self->{set}{endless} ? undef : $q->{from};
		if (defined $from && $from =~ /^\d+$/) {
			@edges = grep { $_->[0] >= $from } @edges;
		} elsif (defined $from) {
			shift @edges while @edges && cursor(@{ $edges[0] }[0 .. 2]) ne $from;
			shift @edges;
		}
		my $limit = $q->{limit} // 25;
		$limit = $self->{set}{page} if $self->{set}{page} && $limit > $self->{set}{page};
		my @page = splice @edges, 0, $limit;
		return (200, { pageInfo => { hasNextPage => @edges || $self->{set}{endless} ? JSON::PP::true : JSON::PP::false },
			edges => [map { { node => $_->[3], cursor => cursor(@$_[0 .. 2]) } } @page] });
	}
	return (404, '{"message":"Route not found","error":"Not Found","statusCode":404}');
}

sub gw {
	my ($self, $r, $path) = @_;
	if ($path =~ m{^/raw/(.{43})$}) {
		my $p = $self->{processes}{$1};
		return $p ? (200, $p->{item}{data}) : (404, 'Not Found');
	}
	return (404, 'Not Found') if $path ne '/graphql' || $r->{method} ne 'POST';
	my $ask = $json->decode($r->{body});
	my ($text, $v) = @$ask{qw(query variables)};
	my @found;
	if ($text =~ /Scheduler-Location/) {
		@found = ({ id => 'I' x 43, owner => { address => $v->{owners}[0], key => '' },
			tags => [{ name => 'Data-Protocol', value => 'ao' }, { name => 'Type', value => 'Scheduler-Location' },
				{ name => 'Url', value => $self->{set}{location} }, { name => 'Time-To-Live', value => '3600000' }] })
			if $self->{set}{location};
	} elsif ($text =~ /"Module"/) {
		@found = ({ id => 'M' x 43, owner => { address => 'O' x 43, key => '' }, tags => [] })
			if $v->{names}[0] eq 'known-module';
	} else {
		my @all = map { $self->{processes}{$_} } grep { $self->{processes}{$_}{indexed} } @{ $self->{order} };
		@all = grep { my $p = $_; grep { $_ eq $p->{item}{id} } @{ $v->{ids} } } @all if $v->{ids};
		@all = grep { my $p = $_; grep { $_ eq $p->{item}{owner} } @{ $v->{owners} } } @all if $v->{owners} && !$self->{set}{careless};
		@all = grep { (tag($_->{item}, 'Name') // '') eq $v->{names}[0] } @all if $v->{names} && !$self->{set}{careless};
		@found = map { { %{ shown($_->{item}) }, recipient => '', anchor => b64u($_->{item}{raw_anchor}),
			block => { id => 'B' x 43, height => 1, timestamp => int($_->{entries}[0]{ts} / 1000) } } } reverse @all;
		delete $_->{data} for @found;
	}
	my $after = $v->{after} // '';
	@found = @found[($after =~ /^c(\d+)$/ ? $1 + 1 : 0) .. $#found];
	my $base = $after =~ /^c(\d+)$/ ? $1 + 1 : 0;
	my $first = $v->{first} // 10;
	$first = $self->{set}{page} if $self->{set}{page} && $first > $self->{set}{page};
	my @page = splice @found, 0, $first;
	my $i = $base;
	return (200, { data => { transactions => { pageInfo => { hasNextPage => @found ? JSON::PP::true : JSON::PP::false },
		edges => [map { { cursor => 'c' . $i++, node => $_ } } @page] } } });
}

1;
