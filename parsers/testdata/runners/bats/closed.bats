setup_file() { echo closed; false; }

@test "is never run" { true; }

@test "nor is this" { true; }
