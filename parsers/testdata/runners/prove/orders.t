use strict;
use warnings;
use Test::More;

sub total { my $sum = 0; $sum += $_ for @_; return $sum }

is(total(1, 2), 3, 'adds');
is(total(1, 2), 4, 'is wrong');
ok(1);
ok(1, 'has a # in its name');
SKIP: {
    skip 'no refunds yet', 2;
    ok(0, 'never runs');
    ok(0, 'nor does this');
}
TODO: {
    local $TODO = 'taxes';
    is(total(1), 2, 'fails and may');
    is(total(1), 1, 'holds and need not');
}
subtest 'of prices' => sub {
    plan tests => 3;
    is(total(), 0, 'none');
    is(total(0), 0, 'free');
    is(total(1), 0, 'one');
};
subtest 'all is well' => sub {
    is(total(), 0, 'none');
    done_testing;
};
subtest 'skipped as a whole' => sub { plan skip_all => 'no shop' };
TODO: {
    todo_skip 'shipping', 1;
}
diag('a word on stderr');
note('a word on stdout');
done_testing;
