@test "prints what TAP would" {
  echo "ok 99 - not a test" >&3
  echo "# a comment" >&3
}
