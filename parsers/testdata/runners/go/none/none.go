package none

const Name = "none"
