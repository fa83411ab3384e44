package broken

const Name = "broken"
