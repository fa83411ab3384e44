package crash

const Name = "crash"
