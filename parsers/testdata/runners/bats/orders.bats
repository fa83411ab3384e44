total() { local sum=0 p; for p in "$@"; do sum=$((sum + p)); done; echo "$sum"; }

@test "adds" { [ "$(total 1 2)" -eq 3 ]; }

@test "is wrong" {
  echo "a line of its own"
  [ "$(total 1 2)" -eq 4 ]
}

@test "is # not a directive <&\">" { [ "$(total)" -eq 0 ]; }

@test "skips itself" { skip "no refunds yet"; }

@test "skips without a word" { skip; }

@test "has no such command" { a_command_that_is_not_there; }

@test "fails with TODO # TODO later" { false; }
