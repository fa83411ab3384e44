RSpec.describe "broken" do
  it("never runs") { nil }
end
raise "does not load"
