def total(prices)
  prices.sum
end

RSpec.describe "total" do
  it("adds") { expect(total([1, 2])).to eq(3) }
  it("is wrong") { expect(total([1, 2])).to eq(4) }
  it("throws") { total(nil) }
  it "will give refunds"
  it("is pending") { pending("taxes"); expect(total([1])).to eq(2) }
  it("is pending and holds") { pending("mended long ago"); expect(total([1])).to eq(1) }
  xit("is left out") { raise "no" }
  it("skips itself") { skip("no shipping yet") }
  it("is <b> & \"quoted\"") { expect(total([])).to eq(0) }
  it("has two failures", :aggregate_failures) do
    expect(total([1])).to eq(2)
    expect(total([1])).to eq(3)
  end

  shared_examples("costs nothing") { |prices| it("costs nothing") { expect(total(prices)).to eq(0) } }
  include_examples "costs nothing", []
  include_examples "costs nothing", [1]

  context "with a shop that is closed" do
    before { raise "closed" }
    it("adds") { expect(total([])).to eq(0) }
  end

  context "with a hook for all" do
    before(:all) { raise "closed for all" }
    it("adds") { expect(total([])).to eq(0) }
    it("adds again") { expect(total([])).to eq(0) }
  end
end
