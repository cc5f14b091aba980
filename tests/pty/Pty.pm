# A bare terminal for tests: what the program writes as it is, and a reader that
# may stop reading. Where a screen is to be looked at, Tmux.pm is.
package Pty;
use strict;
use warnings;
use Cwd qw(abs_path);
use Fcntl;
use IO::Select;
use POSIX ();
use Time::HiRes qw(time);

# of Linux, on the machines that we build on
use constant {
	TIOCGPTN => 0x80045430, TIOCSPTLCK => 0x40045431,
	TIOCSCTTY => 0x540e, TIOCSWINSZ => 0x5414,
};
our $WAIT = 30;
my $bin = abs_path($ENV{B} || 'build');

# start(\%options, ARGUMENT...): aosh in a terminal of {columns} x {rows}, with
# {env} on top of ours.
sub start {
	my ($o, @arguments) = @_;
	sysopen my $master, '/dev/ptmx', O_RDWR | O_NOCTTY or die "/dev/ptmx: $!";
	my $number = pack 'i', 0;
	ioctl $master, TIOCSPTLCK, $number or die "unlock: $!";
	ioctl $master, TIOCGPTN, $number or die "number: $!";
	my $size = pack 'S4', $o->{rows} || 24, $o->{columns} || 80, 0, 0;
	ioctl $master, TIOCSWINSZ, $size or die "size: $!";
	my $name = '/dev/pts/' . unpack 'i', $number;
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		POSIX::setsid();
		sysopen my $tty, $name, O_RDWR or die "$name: $!";
		ioctl $tty, TIOCSCTTY, 0;
		POSIX::dup2(fileno $tty, $_) for 0 .. 2;
		close $tty;
		close $master;
		%ENV = (%ENV, TERM => 'xterm-256color', LC_ALL => 'C.UTF-8',
			INPUTRC => '/dev/null', %{ $o->{env} || {} });
		exec "$bin/aosh", @arguments or POSIX::_exit(127);
	}
	return { pid => $pid, master => $master, out => '' };
}

# Read what there is within so many seconds; false at the end.
sub pump {
	my ($t, $seconds) = @_;
	return 1 unless IO::Select->new($t->{master})->can_read($seconds);
	return sysread $t->{master}, $t->{out}, 65536, length $t->{out};
}

# Wait until what was written matches, from where the last match ended: what
# the pattern catches, or 1.
sub expect {
	my ($t, $pattern) = @_;
	my $end = time + $WAIT;
	while (time < $end) {
		return $1 // 1 if $t->{out} =~ /$pattern/gc;
		last unless pump($t, 0.1);
	}
	return undef;
}

sub type { syswrite $_[0]{master}, $_[1] }

# Read on until it ends: its exit code as a shell gives it.
sub finish {
	my ($t) = @_;
	1 while pump($t, 30);
	waitpid $t->{pid}, 0;
	return $? & 127 ? 128 + ($? & 127) : $? >> 8;
}

1;
