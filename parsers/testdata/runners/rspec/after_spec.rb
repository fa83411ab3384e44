RSpec.describe "after" do
  after(:all) { raise "the till is stuck" }
  it("holds") { expect(1).to eq(1) }
end
