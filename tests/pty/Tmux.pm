# A terminal for tests: tmux on a socket of its own, keys in, screen out.
# Nothing here waits for a time: it waits for what the screen is to show.
package Tmux;
use strict;
use warnings;
use Cwd qw(abs_path);
use Exporter 'import';
use File::Temp qw(tempdir);
use Test::More;
use Time::HiRes qw(time sleep);

our @EXPORT = qw(terminal keys type_line cancel paste see see_colors screen resize
    program end_terminal home_dir);
our $WAIT = $ENV{TMUX_TEST_WAIT} || 30;
my $bin = abs_path($ENV{B} || 'build');
my $home;
binmode $_, ':utf8' for Test::More->builder->output,
	Test::More->builder->failure_output;

sub home_dir {
	return $home //= tempdir('aosh-test-XXXXXX', TMPDIR => 1, CLEANUP => 1);
}

# A server that was told to end may still hold its socket.
my $servers = 0;
my $socket;

sub tmux {
	my @arguments = @_;
	utf8::encode($_) for grep { utf8::is_utf8($_) } @arguments;
	open my $p, '-|', 'tmux', '-L', $socket, '-f', '/dev/null', @arguments
		or die "tmux: $!";
	binmode $p, ':utf8';
	local $/;
	my $text = <$p>;
	close $p;
	return defined $text ? $text : '';
}

# terminal(\%options, ARGUMENT...): aosh with these arguments in a fresh window;
# when it ends, the window says "ended CODE", and what the command {then} says;
# {before} is a command for the window's shell.
sub terminal {
	my ($o, @arguments) = @_;
	my $home = home_dir();
	my %env = (HOME => $home, AOSH_HOME => "$home/data",
		XDG_STATE_HOME => "$home/state", LC_ALL => 'C.UTF-8',
		TERM => 'xterm-256color', PATH => "$bin:$ENV{PATH}",
		INPUTRC => '/dev/null', %{ $o->{env} || {} });
	my $env = join ' ', map { "$_='$env{$_}'" } sort keys %env;
	my $line = join ' ', map { "'$_'" } @arguments;
	my $then = $o->{then} || ':';
	end_terminal();
	$socket = "aosh-test-$$-" . ++$servers;
	tmux('new-session', '-d', '-x', $o->{columns} || 80, '-y', $o->{rows} || 24,
		# a shell that got our Ctrl-C, too, would end with us
		"trap : INT; @{[$o->{before} || ':']}; cd '$home'; env -i $env aosh $line; echo ended \$?; $then; exec cat");
}

sub end_terminal {
	return unless $socket;
	open my $old, '>&', \*STDERR;
	open STDERR, '>', '/dev/null';
	tmux('kill-server');
	open STDERR, '>&', $old;
	undef $socket;
}

# Keys by tmux's names: Enter, C-c, Up; -l for text as it is.
sub keys { tmux('send-keys', @_) }
sub type_line { tmux('send-keys', '-l', $_[0]); tmux('send-keys', 'Enter') }

# Ctrl-C, and wait for the fresh prompt: what is typed before it is there may
# still belong to the line that goes.
sub cancel {
	tmux('send-keys', 'C-c');
	see(qr/> ?\n?\z/, 'Ctrl-C drops the line');
}

# As the terminal pastes: between the marks of bracketed paste.
sub paste {
	tmux('set-buffer', $_[0]);
	tmux('paste-buffer', '-p', '-r');
}

# The program in the window.
sub program {
	my ($shell) = tmux('display-message', '-p', '#{pane_pid}') =~ /(\d+)/;
	open my $f, '<', "/proc/$shell/task/$shell/children" or return;
	return (split ' ', scalar(<$f>) // '')[0];
}

sub resize { tmux('resize-window', '-x', $_[0], '-y', $_[1]) }

# The screen without blank lines at its end.
sub screen {
	my $text = tmux('capture-pane', '-p', @_);
	$text =~ s/\s+\z/\n/;
	return $text;
}

# Wait until the screen matches; then the test passes.
sub see { local $Test::Builder::Level = $Test::Builder::Level + 1; wait_for(@_) }

# The same of the screen with its colours, as tmux writes them.
sub see_colors {
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	wait_for(@_[0, 1], '-e');
}

sub wait_for {
	my ($pattern, $title, @how) = @_;
	my $end = time + $WAIT;
	my $text;
	while (time < $end) {
		$text = screen(@how);
		last if $text =~ $pattern;
		sleep 0.03;
	}
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	like $text, $pattern, $title or given_up();
}

# Something did not come: what follows from it is not waited for as long.
sub given_up { $WAIT = 3 if $WAIT > 3 }

END { my $code = $?; end_terminal(); $? = $code }

1;
