# What whole-program tests share: a home of its own for each test, running the
# program, reading its lines, killing it.
package Aosh;
use strict;
use warnings;
use Cwd qw(abs_path);
use Exporter 'import';
use File::Temp qw(tempdir);
use IO::Select;
use IPC::Open3;
use Symbol 'gensym';

our @EXPORT = qw(home run start read_line send_line finish $AOSH);
our $B = $ENV{B} || 'build';
our $AOSH = abs_path("$B/aosh");
our $WAIT = 60; # seconds until a test gives up on a line

# A fresh home, and nothing of the caller's own in the environment.
sub home {
	my $dir = tempdir('aosh-test-XXXXXX', TMPDIR => 1, CLEANUP => 1);
	delete @ENV{grep { /^(AOSH|XDG)_/ && $_ ne 'AOSH_TEST' } keys %ENV};
	$ENV{HOME} = $dir;
	$ENV{AOSH_HOME} = "$dir/data";
	return $dir;
}

# run(\%options, ARGUMENT...): (exit code, stdout, stderr); a signal N is 128+N.
sub run {
	my $options = ref $_[0] ? shift : {};
	my ($out, $err) = (File::Temp->new, File::Temp->new);
	my $in = File::Temp->new;
	print $in $options->{stdin} // '';
	close $in;
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		open STDIN, '<', $in->filename or die;
		open STDOUT, '>', $out->filename or die;
		open STDERR, '>', $err->filename or die;
		$ENV{$_} = $options->{env}{$_} for keys %{$options->{env} || {}};
		exec $AOSH, @_ or die;
	}
	waitpid $pid, 0;
	my $code = $? & 127 ? 128 + ($? & 127) : $? >> 8;
	return ($code, map { local (@ARGV, $/) = $_->filename; <> // '' } $out, $err);
}

# A program that runs beside the test: {pid, in, out}.
sub start {
	my $options = ref $_[0] ? shift : {};
	local %ENV = (%ENV, %{$options->{env} || {}});
	my ($in, $out);
	# what a sanitizer has to say must be seen
	my $path = $options->{stderr} || ($ENV{SAN} ? '/dev/stderr' : '/dev/null');
	open my $err, '>>', $path or die "$path: $!";
	my $pid = open3($in, $out, '>&' . fileno($err), $AOSH, @_);
	$in->autoflush(1);
	return {pid => $pid, in => $in, out => $out, rest => ''};
}

sub send_line {
	my ($p, $line) = @_;
	local $SIG{PIPE} = 'IGNORE';
	return print { $p->{in} } "$line\n";
}

# The next whole line without its end, or undef when there is none any more.
# A deadline (seconds) in place of the usual one gives undef when it is over.
sub read_line {
	my ($p, $seconds) = @_;
	my $end = time + ($seconds // $WAIT);
	my $at;
	while (($at = index $p->{rest}, "\n") < 0) {
		my $left = $end - time;
		return undef if $left < 0;
		IO::Select->new($p->{out})->can_read($left || 0.1) or next;
		sysread($p->{out}, my $more, 65536) or return undef;
		$p->{rest} .= $more;
	}
	my $line = substr $p->{rest}, 0, $at;
	substr($p->{rest}, 0, $at + 1) = '';
	return $line;
}

# Close its input, wait for its end: its exit code as run() gives it.
sub finish {
	my ($p) = @_;
	close $p->{in};
	1 while defined read_line($p);
	waitpid $p->{pid}, 0;
	return $? & 127 ? 128 + ($? & 127) : $? >> 8;
}

1;
